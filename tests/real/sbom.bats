#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The bill of materials of a real Python, read by the validator of SPDX's own tools. That comes
# from a package index, and where none can be reached, this is skipped.

bats_require_minimum_version 1.5.0

setup() {
	local python=${PYVERN_REAL_ROOT:-/nonexistent}/versions/3.13.5/bin/python3.13
	[ -x "$python" ] || skip "PYVERN_REAL_ROOT names no root with 3.13.5"
	T=$BATS_TEST_TMPDIR
	export HOME=$T/home PYVERN_ROOT=$PYVERN_REAL_ROOT NO_COLOR=1
	export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.state
	unset PYENV_ROOT PYENV_VERSION PYVERN_VERSION PYTHONPATH PYTHONHOME
	export PATH=$PYVERN_TEST_STAGE/bin:/usr/local/bin:/usr/bin:/bin
	mkdir -p "$HOME"
	cd "$HOME" || return
	pyvern verify -q 3.13.5 || skip "3.13.5 is not as it was installed"
	"$python" -m venv tools
	timeout 120 tools/bin/pip install -q --disable-pip-version-check spdx-tools 2>/dev/null ||
		skip "spdx-tools cannot be had"
}

@test "valid, by SPDX's own tools; its pip is in it" {
	pyvern sbom -o python.spdx.json 3.13.5
	run tools/bin/pyspdxtools -i python.spdx.json --version SPDX-2.3
	echo "$output" | head -n 20
	[ "$status" -eq 0 ]
	# It does find what is wrong.
	sed 's/"SHA1"/"SHA3"/' python.spdx.json >wrong.spdx.json
	run tools/bin/pyspdxtools -i wrong.spdx.json --version SPDX-2.3
	[ "$status" -ne 0 ]
	run tools/bin/python -c '
import json
d = json.load(open("python.spdx.json"))
pip = [p for p in d["packages"] if p["name"] == "pip"]
assert len(pip) == 1 and pip[0]["licenseDeclared"] == "MIT", pip
assert len(d["files"]) > 3000, len(d["files"])
'
	echo "$output"
	[ "$status" -eq 0 ]
}
