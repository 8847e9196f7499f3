"""The import-linter contract for pure modules: in a room, what is not named as impure imports no Django."""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class PureContract(Contract):
    """Every module of the rooms is pure unless its name, or itself, is listed as impure.

    A new module is therefore pure from its first line, without anybody listing it. Chains of imports count.
    `pure_modules` names pure modules outside of the rooms.
    """

    type_name = "pure"

    rooms = fields.ListField(subfield=fields.StringField())
    forbidden = fields.ListField(subfield=fields.StringField())
    impure_names = fields.SetField(subfield=fields.StringField())
    impure_modules = fields.SetField(subfield=fields.StringField(), required=False)
    pure_modules = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        chains = []
        for module in self._pure_modules(graph):
            output.verbose_print(verbose, f"Searching for chains from {module} …")
            for forbidden in self.forbidden:
                if forbidden in graph.modules:
                    chain = graph.find_shortest_chain(importer=module, imported=forbidden)
                    if chain:
                        chains.append(chain)
        return ContractCheck(kept=not chains, metadata={"chains": chains})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for chain in check.metadata["chains"]:
            output.print_error(f"{chain[0]} must be pure, but reaches {chain[-1]}:")
            output.print(f"    {' -> '.join(chain)}")
            output.new_line()
        output.print("Pure modules take values and return values. Move the query to queries.py or actions.py,")
        output.print("or, if the module is about the database by its trade, list it in .importlinter.")

    def _pure_modules(self, graph: ImportGraph) -> list[str]:
        listed = set(self.impure_modules or ())
        found = {
            module
            for module in graph.modules
            if self._in_a_room(module)
            and not any(part in self.impure_names for part in module.split(".")[2:])
            and not any(module == name or module.startswith(f"{name}.") for name in listed)
        }
        return sorted(found | set(self.pure_modules or ()))

    def _in_a_room(self, module: str) -> bool:
        parts = module.split(".")
        return len(parts) > 2 and parts[1] in self.rooms
