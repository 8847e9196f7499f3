"""IATI files that tests share: one with everything, one of an old version, and where the real ones are."""

from io import BytesIO
from pathlib import Path

from impactline.exchange.iati_reading import Reader, whole
from impactline.exchange.iati_records import Activity
from impactline.exchange.iati_writing import Writer

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "iati"
ABSENT = f"THE REAL IATI FILES ARE NOT THERE: {REAL}; what publishers really write is not tried"

EVERYTHING = """\
<?xml version="1.0" encoding="UTF-8"?>
<iati-activities version="2.03" xmlns:x="urn:example:x">
  <iati-activity xml:lang="en" default-currency="EUR" hierarchy="1" humanitarian="true" x:status="new">
    <iati-identifier>XX-1</iati-identifier>
    <reporting-org ref="XX" type="21" secondary-reporter="0"><narrative>Clear Water</narrative></reporting-org>
    <title><narrative>Wells</narrative><narrative xml:lang="fr">Puits</narrative></title>
    <description type="1"><narrative>We dig wells.</narrative></description>
    <participating-org ref="YY" role="1" type="10" activity-id="YY-7"><narrative>Giver</narrative></participating-org>
    <other-identifier ref="old-1" type="A1"/>
    <activity-status code="2"/>
    <activity-date type="1" iso-date="2026-01-01"><narrative>New year</narrative></activity-date>
    <activity-date type="3" iso-date="2026-12-31"/>
    <contact-info type="1"><email>a@example.org</email></contact-info>
    <activity-scope code="4"/>
    <recipient-country code="BF" percentage="60.5"/>
    <recipient-region code="998" vocabulary="1" percentage="39.5"/>
    <location ref="L1">
      <location-reach code="1"/>
      <location-id code="1821306" vocabulary="G1"/>
      <name><narrative>Kaya</narrative></name>
      <administrative code="BF49" vocabulary="A2" level="1"/>
      <point srsName="http://www.opengis.net/def/crs/EPSG/0/4326"><pos>13.09 -1.08</pos></point>
      <exactness code="1"/>
    </location>
    <sector vocabulary="1" code="14030" percentage="100"/>
    <tag code="6.1" vocabulary="3"><narrative>Water</narrative></tag>
    <policy-marker vocabulary="1" code="2" significance="1"/>
    <collaboration-type code="1"/>
    <budget type="1" status="2">
      <period-start iso-date="2026-01-01"/>
      <period-end iso-date="2026-12-31"/>
      <value currency="EUR" value-date="2026-01-01">8000.50</value>
    </budget>
    <planned-disbursement type="1">
      <period-start iso-date="2026-03-01"/>
      <value value-date="2026-01-01">500</value>
      <receiver-org ref="ZZ"><narrative>Digger</narrative></receiver-org>
    </planned-disbursement>
    <transaction ref="t1" humanitarian="1">
      <transaction-type code="3"/>
      <transaction-date iso-date="2026-02-01"/>
      <value currency="EUR" value-date="2026-02-01">1200</value>
      <description><narrative>First pipes</narrative></description>
      <provider-org provider-activity-id="YY-7" ref="YY"/>
      <sector code="14030"/>
      <flow-type code="10"/>
      <aid-type code="B01" vocabulary="1"/>
    </transaction>
    <document-link url="https://example.org/plan.pdf" format="application/pdf">
      <title><narrative>Plan</narrative></title>
      <category code="A02"/>
      <language code="en"/>
      <document-date iso-date="2026-01-01"/>
    </document-link>
    <related-activity ref="XX-0" type="1"/>
    <conditions attached="1"><condition type="1"><narrative>Audit</narrative></condition></conditions>
    <result type="1" aggregation-status="1">
      <title><narrative>Wells dug</narrative></title>
      <description><narrative>With pumps</narrative></description>
      <reference vocabulary="99" code="R1" vocabulary-uri="https://example.org/v"/>
      <indicator measure="1" ascending="1" aggregation-status="0">
        <title><narrative>Wells that give water</narrative></title>
        <reference vocabulary="9" code="6.1.1" indicator-uri="https://example.org/i"/>
        <baseline iso-date="2025-12-31" year="2025" value="3">
          <location ref="L1"/>
          <dimension name="sex" value="female"/>
          <document-link url="https://example.org/b" format="text/html">
            <title><narrative>Survey</narrative></title>
            <category code="A01"/>
          </document-link>
          <comment><narrative>Counted by hand</narrative></comment>
        </baseline>
        <period>
          <period-start iso-date="2026-01-01"/>
          <period-end iso-date="2026-12-31"/>
          <target value="12">
            <dimension name="sex" value="female"/><comment><narrative>All</narrative></comment>
          </target>
          <target value="N=4;P=9"/>
          <actual value="7"><location ref="L1"/></actual>
          <x:mood>fair</x:mood>
        </period>
      </indicator>
      <x:leads-to to="o1"><x:why a="1">Because</x:why></x:leads-to>
    </result>
    <fss extraction-date="2026-01-01"><forecast year="2027">100</forecast></fss>
    <x:extra><x:deep>text</x:deep></x:extra>
  </iati-activity>
</iati-activities>
"""

OLD = """\
<?xml version="1.0" encoding="iso-8859-1"?>
<iati-activities version="1.05">
  <iati-activity>
    <reporting-org ref="XX" type="21">Clear Water</reporting-org>
    <iati-identifier> XX-2 </iati-identifier>
    <title xml:lang="en">Wells</title>
    <title xml:lang="fr">Puits d'\xe9t\xe9</title>
    <activity-website>http://example.org</activity-website>
    <participating-org role="Funding">Giver</participating-org>
    <activity-status code="Implementation">Going on</activity-status>
    <activity-date type="start-planned" iso-date="2014-01-01Z">January</activity-date>
    <activity-date type="end-planned">June</activity-date>
    <sector vocabulary="DAC" code="14030" percentage="100%">Water</sector>
    <transaction><transaction-type code="D"/><value value-date="2014-02-01">1,200.50</value></transaction>
    <result type="Output" colour="blue">
      <title>Wells dug</title>
      <indicator measure="Unit" ascending="yes">
        <title>Wells</title>
        <baseline value="3"/>
        <period>
          <period-start iso-date="2014-01-01">2014</period-start>
          <period-end iso-date="2014-13-01"/>
          <actual value="7"/>
        </period>
      </indicator>
    </result>
  </iati-activity>
</iati-activities>
""".encode("iso-8859-1")


def written(activities: list[Activity], *, plain: bool = False, reader: Reader | None = None) -> tuple[bytes, Writer]:
    """Activities as a file, which has to be valid."""
    file, writer = BytesIO(), Writer(plain)
    assert writer.write(activities, file, reader.outside if reader else None) == []
    return file.getvalue(), writer


def there_and_back(content: bytes) -> bytes:
    """Read, write, read: what comes back has to be equal; returns what was written."""
    activities, reader = whole(content)
    text, _ = written(activities, reader=reader)
    again, reader_again = whole(text)
    assert again == activities
    assert reader_again.outside.kept == reader.outside.kept
    return text
