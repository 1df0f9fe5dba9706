#!/usr/bin/env python3
"""The JSON Schema accepts every config that is shipped or shown, and rejects each broken one that a schema can reject.

usage: test_config_schema.py REPOSITORY
"""
import json
import pathlib
import re
import sys

import jsonschema
import yaml

REPOSITORY = pathlib.Path(sys.argv[1])
CASES = REPOSITORY / "tests" / "golden" / "config_errors"

# Broken configs that a schema accepts, because what is wrong is not in the shape of one value.
BEYOND_A_SCHEMA = {
    "references between values": ["cycle", "cycle_of_one", "duplicate_names", "outputs_that_meet", "partition_columns",
                                  "unknown_references"],
    "text within a value (SQL, variables, params)": ["param_uses", "param_of_none", "param_options", "param_range", "param_in_params",
                                                     "variable_forms", "variable_not_set", "variable_required",
                                                     "variable_adds_no_structure"],
    "files and options beside the config": ["env_file_faults", "environment_by_variable", "environment_name", "overlay_absent",
                                            "overlay_absent_of_field", "overlay_absent_of_variable", "overlay_twice",
                                            "overlay_empty", "overlay_second_kind", "secret_by_set", "set_faults", "set_of_env"],
    "syntax that readers of YAML accept, and Sluice refuses": ["alias_and_anchor", "duplicate_key", "fill_numbers_that_json_lacks",
                                                               "tag"],
}


class Loader(yaml.SafeLoader):
    """YAML 1.2 as far as the types go that a config has: a date stays text."""


Loader.yaml_implicit_resolvers = {first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
                                  for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}


def read(path):
    """The text as values; yaml.YAMLError or ValueError when it is none."""
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader)


def rejected(validator, path):
    try:
        return not validator.is_valid(read(path))
    except (yaml.YAMLError, ValueError, RecursionError):
        return True  # no reader takes it


def shown_configs():
    """The configs that the documents show."""
    for name in ("README.md", "README.id.md", "docs/reference/config.md", "docs/reference/csv.md"):
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        for place, body in re.findall(r"<!-- file: (\S+\.yaml) -->\s*\n```yaml\n(.*?)^```", text, re.S | re.M):
            if place not in ("wrong.yaml", "salah.yaml"):  # shown for their messages
                yield f"{name}: {place}", yaml.load(body, Loader)


def main():
    schema = json.loads((REPOSITORY / "docs" / "reference" / "config.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    faults = []
    accepted = list(shown_configs())
    for path in sorted((REPOSITORY / "config").glob("*.yaml")) + sorted((REPOSITORY / "tests" / "golden").glob("*/pipeline.yaml")):
        accepted.append((str(path.relative_to(REPOSITORY)), read(path)))
        if path.parent.name == "config" and not path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema="):
            faults.append(f"{path}: has no line for the editor")
    for name, config in accepted:
        for fault in validator.iter_errors(config):
            deepest = jsonschema.exceptions.best_match([fault])
            faults.append(f"{name}: is rejected at {deepest.json_path}: {deepest.message[:200]}")
    beyond = {name for names in BEYOND_A_SCHEMA.values() for name in names}
    cases = sorted(path for path in CASES.iterdir() if path.is_dir())
    for case in cases:
        main_file = next(case / name for name in ("config.json", "config.yaml") if (case / name).exists())
        if rejected(validator, main_file) == (case.name in beyond):
            faults.append(f"{case.name}: " + ("is listed as beyond a schema, but is rejected" if case.name in beyond else "is accepted"))
    faults += [f"{name}: is listed, but is no case" for name in sorted(beyond - {case.name for case in cases})]
    print("\n".join(faults) or f"{len(accepted)} configs are accepted, {len(cases) - len(beyond)} of {len(cases)} broken ones rejected")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
