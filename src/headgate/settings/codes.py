"""The diagnostics of service folders: HG500 to HG599, one sentence each.

`docs/service-folder.md` lists them and `tests/conformance/service-folders` holds a folder for each.
"""

from __future__ import annotations

CODES: dict[str, str] = {
    "HG500": "The path is not a service folder.",
    "HG501": "A file or folder cannot be read.",
    "HG502": "A file is larger than Headgate reads.",
    "HG503": "A symbolic link leads out of the service folder.",
    "HG504": "A file is not UTF-8 text.",
    "HG505": "A file is not valid JSON.",
    "HG506": "A file is not valid YAML, or nests or repeats itself without bounds.",
    "HG507": "headgate.toml is not valid TOML.",
    "HG508": "A folder lacks the file that declares it.",
    "HG510": "A property has no effect in Headgate.",
    "HG511": "A property or setting has a wrong type or value.",
    "HG512": "A required property or setting is missing.",
    "HG513": "headgate.toml holds an unknown setting.",
    "HG514": "A folder has no meaning in a service folder.",
    "HG520": "Two folders declare the same id; ids compare without case.",
    "HG521": "Two APIs answer at the same path.",
    "HG522": "The URL template of an operation cannot be matched.",
    "HG523": "Two operations of an API have the same method and URL template, or the same id.",
    "HG524": "The specification is not OpenAPI 3.",
    "HG525": "A folder of an operation names none that the API has.",
    "HG526": "There are more entities of a kind than Headgate reads.",
    "HG527": "An API has no operations, so every call to it answers 404.",
    "HG530": "A product names an API that does not exist.",
    "HG531": "A folder of a product has no productInformation.json.",
    "HG532": "An API is in two products that need no subscription.",
    "HG540": "A subscription has a scope that does not exist.",
    "HG541": "Two subscriptions have the same key.",
    "HG542": "A key or secret stands in the folder as plain text.",
    "HG543": "A subscription has no key, so nobody can use it.",
    "HG544": "The owner of a subscription is not a user of the folder.",
    "HG550": "A named value has no value.",
    "HG551": "The environment variable of a named value is not set.",
    "HG552": "The file of a named value cannot be used.",
    "HG553": "A named value lies in a Key Vault, which Headgate does not read.",
    "HG554": "A reference names no named value.",
    "HG555": "Two named values have the same name.",
    "HG560": "A URL is not an absolute http or https URL without query.",
    "HG561": "A backend is of a kind that Headgate does not forward to.",
    "HG562": "A circuit breaker has no rule that can open it, or more than one.",
    "HG563": "A pool has no members, too many, or one that is not a single backend of the folder.",
}
