"""The bundle for Windows: what the locks name for it, how it is laid out, what is refused."""

import hashlib
import importlib.util
import re
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def maker():
    about = importlib.util.spec_from_file_location("make_bundle", ROOT / "bundle" / "make_bundle.py")
    module = importlib.util.module_from_spec(about)
    about.loader.exec_module(module)
    return module


def test_every_package_that_windows_needs_is_named_with_its_hashes(maker):
    for name in maker.LOCKS:
        lock = (ROOT / name).read_text(encoding="utf-8")
        entries = [*maker.requirements(lock)]
        named = {entry.split("==")[0] for entry in entries}
        assert len(named) == len(entries), "a package stands in two versions"
        every = set(re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE))
        assert every - named <= {"uvloop"}, "left out for another reason than its system"
        assert all(re.fullmatch(r"\S+==\S+( --hash=sha256:[0-9a-f]{64})+", entry) for entry in entries)


def test_conditions_are_those_of_windows_and_of_its_python(maker):
    lock = """\
here==1 ; sys_platform == 'win32' \\
    --hash=sha256:aa
    # via x
there==1 ; sys_platform == 'linux' \\
    --hash=sha256:bb
old==1 ; python_full_version < '3.12' \\
    --hash=sha256:cc \\
    --hash=sha256:dd
new==2 ; python_full_version >= '3.12' \\
    --hash=sha256:ee
"""
    assert [*maker.requirements(lock)] == [
        "here==1 --hash=sha256:aa",
        "old==1 --hash=sha256:cc --hash=sha256:dd",
    ]


def wheel(folder, name, tag, files):
    """A made-up wheel."""
    path = folder / f"{name}-1.0-{tag}.whl"
    about = f"{name}-1.0.dist-info"
    files = files | {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{about}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: {tag}\n",
        f"{about}/entry_points.txt": f"[console_scripts]\n{name} = {name}:main\n",
    }
    with zipfile.ZipFile(path, "w") as made:
        for inner, text in (files | {f"{about}/RECORD": "".join(f"{f},,\n" for f in files)}).items():
            made.writestr(inner, text)
    return path


@pytest.fixture(scope="module")
def bundle(maker, tmp_path_factory):
    """A bundle of made-up packages and a stand-in for the Python of Windows, as it is unpacked."""
    folder = tmp_path_factory.mktemp("bundle")
    embedded = folder / maker.EMBEDDED
    with zipfile.ZipFile(embedded, "w") as made:
        for name in ("python.exe", "pythonw.exe", "python311.dll", "python311.zip", "python311._pth"):
            made.writestr(name, name)
    wheels = [
        wheel(
            folder, "compiled", "cp311-cp311-win_amd64", {"compiled/x.pyd": "x", "compiled/__init__.py": ""}
        ),
        wheel(folder, "plain", "py3-none-any", {"plain.py": "main = print\n"}),
    ]
    maker.lay_out(embedded, wheels, folder / maker.NAME)
    archive = maker.packed(folder / maker.NAME, folder / "bundle.zip")
    first = archive.read_bytes()
    assert maker.packed(folder / maker.NAME, archive).read_bytes() == first
    with zipfile.ZipFile(archive) as made:
        made.extractall(folder / "unpacked")
    return folder / "unpacked" / maker.NAME


def test_a_bundle_holds_python_packages_and_commands(bundle):
    written = {p.relative_to(bundle).as_posix() for p in bundle.rglob("*") if p.is_file()}
    site = "python/Lib/site-packages/"
    assert {f"{site}compiled/x.pyd", f"{site}compiled/__init__.py", f"{site}plain.py"} <= written
    assert {
        "python/python.exe",
        "desk.cmd",
        "terminal.cmd",
        "bin/parent-intent.cmd",
        "LICENSE.txt",
    } <= written
    assert not [name for name in written if "/bin/" in name or name.endswith(".pyc")]
    assert not [name for name in written if len(name) > 150]


def test_its_python_looks_nowhere_else_for_modules(bundle, maker):
    places = (bundle / "python" / "python311._pth").read_bytes().decode().split("\r\n")
    assert places == [*maker.PLACES, ""]
    for place in places[:-1]:
        assert (bundle / "python" / place.replace("\\", "/")).exists(), place
    assert "import site" not in places


def test_its_commands_are_of_windows_and_find_their_python(bundle):
    commands = sorted(bundle.rglob("*.cmd"))
    assert len(commands) == 3
    for command in commands:
        data = command.read_bytes()
        assert data.isascii()
        assert data.count(b"\n") == data.count(b"\r\n")
        for target in re.findall(r"%~dp0([\w.\\]+)", data.decode()):
            assert (command.parent / target.replace("\\", "/")).resolve().exists(), target
    begin = next(bundle.glob("READ ME*.txt")).read_bytes()
    assert begin.startswith(b"\xef\xbb\xbf")
    assert "desk.cmd：浏览器" in begin.decode("utf-8-sig")


def test_another_python_than_the_one_of_the_hash_is_refused(maker, tmp_path):
    with pytest.raises(SystemExit, match="no such file; download https"):
        maker.embedded_python(tmp_path, tmp_path)
    (tmp_path / maker.EMBEDDED).write_bytes(b"another")
    with pytest.raises(SystemExit, match=hashlib.sha256(b"another").hexdigest()):
        maker.embedded_python(tmp_path, tmp_path)


def test_where_python_org_is_not_reached_the_way_out_is_named(maker, tmp_path, monkeypatch):
    def unreached(*_, **__):
        raise OSError("no network")

    monkeypatch.setattr(maker.urllib.request, "urlopen", unreached)
    with pytest.raises(SystemExit, match="make bundle EMBEDDED=FOLDER"):
        maker.embedded_python(None, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_container_needs_no_root_and_copies_what_is_there():
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    last = text.split("\nFROM ")[-1]
    assert re.findall(r"^USER (\d+):(\d+)$", last, re.MULTILINE) == [("10001", "10001")]
    assert "RUN" not in last
    for names in re.findall(r"^COPY (?!--)(.*) \S+$", text, re.MULTILINE):
        for name in names.split():
            assert (ROOT / name).exists(), name
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert ignored[0] == "*"
    assert {"!survey", "!analysis", "!reports", "!data"} <= set(ignored)
    assert "--require-hashes" in text


def test_what_is_cited_is_this_version():
    version = re.search(
        r'^version = "(.*)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {version[1]}\n" in cited
    for key in ("cff-version: 1.2.0", "title:", "authors:", "message:", "license: MIT"):
        assert key in cited


def test_whoever_reports_a_fault_is_asked_for_versions_and_a_made_up_file():
    asked = (ROOT / ".github" / "ISSUE_TEMPLATE" / "fault.md").read_text(encoding="utf-8")
    for words in ("parent-intent --version", "made-up file", "虚构文件"):
        assert words in asked
