#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern migrate with real pips and a folder of wheels instead of a network.
#
# The Pythons: python3 of PATH, and of PYVERN_REAL_ROOT the newest if it is set; each
# as an environment of its own `venv`, so that nothing but a temporary folder changes.

bats_require_minimum_version 1.5.0
load ../lib/selection

# An environment called NAME among the versions, made by PYTHON.
real_version() {
	"$2" -m venv "$PYVERN_ROOT/versions/$1" >/dev/null 2>&1
}

setup() {
	old=$(PATH=/usr/local/bin:/usr/bin:/bin command -v python3) || skip "there is no python3"
	new=$old
	for python in "${PYVERN_REAL_ROOT-/nowhere}"/versions/*/bin/python3; do
		[ ! -x "$python" ] || new=$python
	done
	selection_setup
	export PIP_NO_INDEX=1 PIP_FIND_LINKS=$T/wheels PIP_CONFIG_FILE=/dev/null
	export PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
	unset PIP_REQUIRE_VIRTUALENV PIP_TARGET PIP_PREFIX PIP_USER PYTHONHOME PYTHONPATH
	mkdir "$T/wheels"
	if ! real_version old "$old" || ! real_version new "$new"; then
		skip "$old or $new cannot make environments"
	fi
	wheel greet 1.0
	wheel other 2.0
	"$PYVERN_ROOT/versions/old/bin/pip" install -q greet other
}

# A wheel of the package NAME with a command of that name.
wheel() {
	"$old" -I - "$T/wheels" "$1" "$2" <<-'PYTHON'
		import sys, zipfile
		folder, name, version = sys.argv[1:]
		info = "%s-%s.dist-info/" % (name, version)
		files = {
		    name + ".py": "import sys\ndef main():\n    print('%s', sys.prefix)\n" % name,
		    info + "METADATA": "Metadata-Version: 2.1\nName: %s\nVersion: %s\n" % (name, version),
		    info + "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
		    info + "entry_points.txt": "[console_scripts]\n%s = %s:main\n" % (name, name),
		}
		with zipfile.ZipFile("%s/%s-%s-py3-none-any.whl" % (folder, name, version), "w") as wheel:
		    for path, text in files.items():
		        wheel.writestr(path, text)
		    wheel.writestr(info + "RECORD", "".join(path + ",,\n" for path in files))
	PYTHON
}

@test "pyenv.md 10: packages and their commands are in the other version" {
	run -0 --separate-stderr pyvern migrate --dry-run old new
	is_output greet==1.0 other==2.0
	run -0 pyvern migrate old new
	has_line "+ new      2 of 2 packages of old"
	PYVERN_VERSION=new run -0 "$PYVERN_ROOT/shims/greet"
	is_output "greet $PYVERN_ROOT/versions/new"
}

@test "a package that is not to be had is named, and the other one comes" {
	rm "$T/wheels/greet-1.0-py3-none-any.whl"
	run -1 pyvern migrate old new
	has_line "+ new      1 of 2 packages of old"
	has_line "! new      greet==1.0 cannot be installed"
	[ ! -e "$PYVERN_ROOT/versions/new/bin/greet" ]
	PYVERN_VERSION=new run -0 "$PYVERN_ROOT/shims/other"
}
