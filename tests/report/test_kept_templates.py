"""Templates of the page are compiled once, and pages are the same where nothing can be kept."""

from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from ssr_neuro.report.page.kept_templates import KeptTemplates, kept_templates


def rendered(cache: KeptTemplates | None, monkeypatch: pytest.MonkeyPatch) -> tuple[str, int]:
    """A template filled in, and how many were compiled for it."""
    compiled = []
    compile_one = Environment.compile

    def count(self: Environment, *given: object, **named: object) -> object:
        compiled.append(given)
        return compile_one(self, *given, **named)  # type: ignore[call-overload]

    with monkeypatch.context() as patch:
        patch.setattr(Environment, "compile", count)
        loader = DictLoader({"one": "<p>{{ words }}</p>"})
        environment = Environment(loader=loader, bytecode_cache=cache, autoescape=True)
        text = environment.get_template("one").render(words="a < b")
    return text, len(compiled)


def test_a_template_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSR_CACHE", str(tmp_path))
    plain = rendered(None, monkeypatch)
    assert plain[1] == 1
    assert rendered(kept_templates("1.0"), monkeypatch) == plain
    assert rendered(kept_templates("1.0"), monkeypatch) == (plain[0], 0)
    assert rendered(kept_templates("1.1"), monkeypatch) == plain


@pytest.mark.parametrize("damage", [b"", b"j2", b"another file"])
def test_a_damaged_file_is_made_anew(
    damage: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSR_CACHE", str(tmp_path))
    plain = rendered(kept_templates("1.0"), monkeypatch)
    (file,) = (tmp_path / "ssr-neuro" / "templates-1.0").iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage)
    assert rendered(kept_templates("1.0"), monkeypatch) == plain
    assert file.read_bytes() == whole


def test_without_a_folder_templates_are_compiled_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").write_text("")
    monkeypatch.setenv("SSR_CACHE", str(tmp_path / "taken"))
    assert kept_templates("1.0") is None
    plain = rendered(None, monkeypatch)
    gone = KeptTemplates(str(tmp_path))
    gone.directory = str(tmp_path / "gone")
    assert rendered(gone, monkeypatch) == plain
    assert rendered(gone, monkeypatch) == plain
