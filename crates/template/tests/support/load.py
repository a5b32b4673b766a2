"""Reads templates independently of the library under test, and prints what they hold.

Usage: load.py FOLDER    one JSON line per template below the folder: {"file", "value"} or {"file", "error"}
       load.py -         a JSON list of YAML texts from the input: the same lines with "file" as an index,
                         read by PyYAML's safe loader without any short forms
       load.py +         the same with short forms, as in templates

Short forms become long forms as in cfn-flip, with these differences: keys are kept as written, duplicate
keys and unknown tags are rejected, and timestamps, infinities and NaN remain text, because JSON does not have
these values.
"""

import json
import math
import pathlib
import sys

import yaml

SHORT = """Ref Condition GetAtt Sub Join Select Split FindInMap ImportValue GetAZs Cidr Base64 ToJsonString Length
GetStackOutput Transform If And Or Not Equals Contains EachMemberEquals EachMemberIn RefAll ValueOf ValueOfAll"""


class PlainLoader(yaml.SafeLoader):
    """The safe loader, without the values that JSON does not have."""

    def construct_float(self, node):
        value = self.construct_yaml_float(node)
        return value if math.isfinite(value) else node.value


PlainLoader.add_constructor("tag:yaml.org,2002:float", PlainLoader.construct_float)
PlainLoader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)


class TemplateLoader(PlainLoader):
    """The safe loader with the short forms."""

    def construct_template_mapping(self, node):
        names = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or not key.tag.startswith("tag:yaml.org,2002:"):
                raise ValueError(f"key is not a scalar {key.start_mark}")
            if names.count(key.value) > 1:
                raise ValueError(f"duplicate key {key.value}")
        self.flatten_mapping(node)
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}

    def construct_short(self, node):
        name = node.tag[1:]
        key = name if name in ("Ref", "Condition") else "Fn::" + name
        if name == "GetAtt" and isinstance(node, yaml.ScalarNode):
            return {key: node.value.split(".", 1)}
        if isinstance(node, yaml.ScalarNode):
            return {key: node.value}
        if isinstance(node, yaml.SequenceNode):
            return {key: self.construct_sequence(node, deep=True)}
        return {key: self.construct_template_mapping(node)}


TemplateLoader.add_constructor("tag:yaml.org,2002:map", TemplateLoader.construct_template_mapping)
for short in SHORT.split():
    TemplateLoader.add_constructor("!" + short, TemplateLoader.construct_short)


def unique(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise ValueError("duplicate key")
    return dict(pairs)


def read(path):
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".json":
        value = json.loads(text, object_pairs_hook=unique)
    else:
        value = yaml.load(text, Loader=TemplateLoader)
    if not isinstance(value, dict):
        raise ValueError("not a mapping")
    return value


def tell(name, load):
    try:
        line = {"file": name, "value": load()}
        text = json.dumps(line, allow_nan=False)
    except Exception as error:  # any error is a rejection
        text = json.dumps({"file": name, "error": f"{type(error).__name__}: {error}"})
    print(text)


def main(argument):
    if argument in "-+":
        loader = PlainLoader if argument == "-" else TemplateLoader
        for at, text in enumerate(json.load(sys.stdin)):
            tell(str(at), lambda text=text: yaml.load(text, Loader=loader))
        return
    folder = pathlib.Path(argument)
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".json", ".yaml", ".yml", ".template"):
            tell(path.relative_to(folder).as_posix(), lambda path=path: read(path))


main(sys.argv[1])
