"""Packaging, read from settings.ini: nbdev keeps every fact about the project there, and each `<name>_requirements` is an extra."""
from configparser import ConfigParser
from pathlib import Path

from setuptools import setup

root = Path(__file__).parent
config = ConfigParser(delimiters=["="], inline_comment_prefixes=None)
config.read(root / "settings.ini", encoding="utf-8")
cfg = config["DEFAULT"]
extras = {key.removesuffix("_requirements"): cfg[key].split() for key in cfg if key.endswith("_requirements")}

setup(
    name=cfg["lib_name"],
    version=cfg["version"],
    description=cfg["description"],
    long_description=(root / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    author=cfg["author"],
    author_email=cfg["author_email"],
    url=cfg["git_url"],
    keywords=cfg["keywords"],
    license="Apache-2.0",
    python_requires=f">={cfg['min_python']}",
    packages=[cfg["lib_name"], f"{cfg['lib_name']}.seeds"],
    package_dir={f"{cfg['lib_name']}.seeds": "seeds"},  # in the wheel the seeds lie inside the package; here they stay where they are
    package_data={cfg["lib_name"]: ["data/*", "notebooks/*", "page/*", "page/**/*"], f"{cfg['lib_name']}.seeds": ["*"]},
    install_requires=cfg["requirements"].split(),
    extras_require=extras,
    entry_points={"console_scripts": cfg["console_scripts"].split()},
    zip_safe=False,
)
