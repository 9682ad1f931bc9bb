#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Side by side: an environment of ours, of `python -m venv`, of virtualenv and of uv, on the
# same Python, give the same answers; and tox, nox, uv and virtualenv use ours.
#
# PYVERN_REAL_ROOT: a root with 3.13.5, of which a copy is used. The clients come from PyPI,
# into a folder of the tests' own, or from PYVERN_TEST_CLIENTS; without either, what needs
# them is passed over.
# shellcheck disable=SC2154 # bats sets status and output

bats_require_minimum_version 1.5.0

setup_file() {
	[ -n "${PYVERN_REAL_ROOT:-}" ] && [ -x "$PYVERN_REAL_ROOT/versions/3.13.5/bin/python3.13" ] || return 0
	export ROOT=$BATS_FILE_TMPDIR/root CLIENTS=${PYVERN_TEST_CLIENTS:-}
	mkdir -p "$ROOT/versions" "$BATS_FILE_TMPDIR/home"
	cp -a "$PYVERN_REAL_ROOT/versions/3.13.5" "$ROOT/versions/"
	HOME=$BATS_FILE_TMPDIR/home PYVERN_ROOT=$ROOT "$PYVERN_TEST_STAGE/bin/pyvern" rehash
	[ -z "$CLIENTS" ] || return 0
	# As the machine reaches PyPI: with its own settings, but not its home.
	CLIENTS=$BATS_FILE_TMPDIR/clients/bin
	HOME=$BATS_FILE_TMPDIR/home PYVERN_ROOT=$ROOT "$PYVERN_TEST_STAGE/bin/pyvern" venv -q -p 3.13.5 "${CLIENTS%/bin}"
	HOME=$BATS_FILE_TMPDIR/home timeout 300 "$CLIENTS/pip" install -q --disable-pip-version-check uv virtualenv || {
		echo "# PyPI is out of reach: nothing is tried beside virtualenv and uv" >&3
		return 0
	}
	# On the machine's Python where that will do: on ours, tox and nox would take what they run on.
	"$CLIENTS/virtualenv" -q -p /usr/bin/python3 "$BATS_FILE_TMPDIR/others" ||
		"$CLIENTS/virtualenv" -q "$BATS_FILE_TMPDIR/others"
	HOME=$BATS_FILE_TMPDIR/home timeout 300 "$BATS_FILE_TMPDIR/others/bin/pip" install -q --disable-pip-version-check tox nox || return 0
	ln -s "$BATS_FILE_TMPDIR/others/bin/tox" "$BATS_FILE_TMPDIR/others/bin/nox" "$CLIENTS/"
}

setup() {
	[ -n "${ROOT:-}" ] || skip "PYVERN_REAL_ROOT names no root with 3.13.5"
	python=$ROOT/versions/3.13.5/bin/python3.13
	unset PYENV_VERSION PYVERN_VERSION PYENV_DIR PYVERN_DIR VIRTUAL_ENV VIRTUAL_ENV_PROMPT
	unset PYTHONPATH PYTHONHOME PIP_TARGET PIP_PREFIX PIP_USER PYTHONDONTWRITEBYTECODE
	export PYVERN_ROOT=$ROOT HOME=$BATS_TEST_TMPDIR/home LC_ALL=C.UTF-8 NO_COLOR=1
	export XDG_CONFIG_HOME=$HOME/config XDG_STATE_HOME=$HOME/state XDG_DATA_HOME=$HOME/data XDG_CACHE_HOME=$HOME/cache
	export PATH=$ROOT/shims:$PYVERN_TEST_STAGE/bin:/usr/local/bin:/usr/bin:/bin
	export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INDEX=1 PIP_CONFIG_FILE=/dev/null UV_OFFLINE=1 UV_NO_CONFIG=1
	export UV_PYTHON_DOWNLOADS=never VIRTUALENV_NO_PERIODIC_UPDATE=1
	mkdir "$HOME" "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return
}

need() {
	[ -x "$CLIENTS/$1" ] || skip "no $1 (PyPI, or PYVERN_TEST_CLIENTS)"
}

# All makers that are here make an environment each: ours, venv, …
make_all() {
	made=(ours venv)
	pyvern venv -q -p 3.13.5 ours
	"$python" -m venv venv
	if [ -x "$CLIENTS/virtualenv" ]; then
		"$CLIENTS/virtualenv" -q -p "$python" virtualenv
		made+=(virtualenv)
	fi
	if [ -x "$CLIENTS/uv" ]; then
		"$CLIENTS/uv" venv -q -p "$python" uv
		made+=(uv)
	fi
}

# The output of COMMAND in the environment DIR, which is called ENV in it.
answer() { # DIR COMMAND...
	local dir=$1
	shift
	"$dir/bin/$1" "${@:2}" 2>&1 | sed "s|$PWD/$dir|ENV|g"
}

@test "sysconfig, site and sys say the same of each" {
	make_all
	cat >facts.py <<-'PYTHON'
		import json, site, sys, sysconfig, platform
		names = sys.flags.__match_args__
		variables = sysconfig.get_config_vars()
		print(json.dumps({
		    "paths": {s: sysconfig.get_paths(s) for s in sysconfig.get_scheme_names() if s.startswith(("posix", "venv"))},
		    "default": [sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("prefix")],
		    "variables": {k: variables[k] for k in variables if k != "userbase"},
		    "site": [site.getsitepackages(), site.ENABLE_USER_SITE, site.PREFIXES],
		    "sys": [sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix, sys.executable,
		            sys.path, sys.abiflags, sys.implementation.cache_tag, sys.platlibdir, sys.version],
		    "flags": {name: getattr(sys.flags, name) for name in names},
		    "platform": [platform.platform(), platform.machine(), sysconfig.get_platform()],
		}, indent=1, sort_keys=True, default=str))
	PYTHON
	answer venv python facts.py >expected
	grep -q '"ENV/lib/python3.13/site-packages"' expected
	for dir in "${made[@]}"; do
		for name in python python3 python3.13; do
			answer "$dir" "$name" facts.py | sed "s|ENV/bin/$name\"|ENV/bin/python\"|" >got
			diff expected got || { echo "$dir: $name"; return 1; }
		done
	done
	# The same by its isolated mode, and without site.
	for mode in -I -S -E -s; do
		answer venv python "$mode" -c 'import sys; print(sys.path, sys.prefix, sys.base_prefix, sys.flags)' >expected
		answer ours python "$mode" -c 'import sys; print(sys.path, sys.prefix, sys.base_prefix, sys.flags)' | diff expected -
	done
}

@test "--system-site-packages says the same, too" {
	pyvern venv -q -p 3.13.5 --system-site-packages ours
	"$python" -m venv --system-site-packages venv
	code='import site, sys; print(site.getsitepackages(), sys.path, site.PREFIXES)'
	answer venv python -c "$code" >expected
	answer ours python -c "$code" | diff expected -
	answer venv pip freeze --all >expected
	answer ours pip freeze --all | diff expected -
}

@test "pip says the same of itself, of the tags, and of what is there" {
	make_all
	for words in --version 'debug --verbose' 'list --format=freeze' 'show -f pip' check 'config debug' \
		'freeze --all' 'list --format=json'; do
		# shellcheck disable=SC2086 # words
		answer venv pip $words | sed 's|ENV/bin/python3.13$|ENV/bin/python|' | sort >expected
		# shellcheck disable=SC2086 # words
		answer ours pip $words | sort >got
		diff expected got || { echo "pip $words"; return 1; }
	done
	[[ $(answer ours pip --version) == "pip "*" from ENV/lib/python3.13/site-packages/pip (python 3.13)" ]]
	# virtualenv's pip may be a newer one, which has another order: the tags are the Python's.
	[ ! -d virtualenv ] || diff <(answer ours pip debug --verbose | sed '1,/^Compatible tags/d' | sort) \
		<(answer virtualenv pip debug --verbose | sed '1,/^Compatible tags/d' | sort)
	# Each name of pip that venv's has.
	for name in pip pip3 pip3.13; do
		[ "$(answer ours "$name" --version)" = "$(answer venv "$name" --version)" ]
	done
}

@test "python -m venv --upgrade takes ours for one of its own; it has to be trusted anew, then" {
	pyvern venv -q -p 3.13.5 .venv
	pyvern global 3.13.5
	"$python" -m venv --upgrade .venv
	run -0 .venv/bin/pip freeze --all
	[[ $output == pip==* ]]
	[ "$(.venv/bin/python -c 'import sys; print(sys.prefix)')" = "$PWD/.venv" ]
	[ "$(bash -c '. .venv/bin/activate; command -v python; deactivate; echo "${VIRTUAL_ENV-none}"')" = "$PWD/.venv/bin/python"$'\n'none ]
	# pyvenv.cfg is venv's now, without our line: what is there is not what was made.
	run -0 pyvern explain
	[[ $output == *'not what was made or trusted (pyvern trust'* ]]
	pyvern trust -q .
	run -0 pyvern which python
	[ "$output" = "$PWD/.venv/bin/python" ]
	# And ours on one of its: what it has, and ours.
	"$python" -m venv --clear --without-pip .venv
	run -0 .venv/bin/python -c 'print(1)'
}

@test "virtualenv and venv take an environment of ours for the Python that it is made of" {
	need virtualenv
	pyvern venv -q -p 3.13.5 ours
	"$CLIENTS/virtualenv" -q -p ours/bin/python inner
	[ "$(inner/bin/python -c 'import sys; print(sys.base_prefix)')" = "$ROOT/versions/3.13.5" ]
	ours/bin/python -m venv --without-pip inner2
	[ "$(inner2/bin/python -c 'import sys; print(sys.base_prefix)')" = "$ROOT/versions/3.13.5" ]
}

@test "uv finds a project's .venv of ours, lists it, installs into it, and removes again" {
	need uv
	pyvern venv -q -p 3.13.5 .venv
	[ "$("$CLIENTS/uv" python find)" = "$PWD/.venv/bin/python3" ] || [ "$("$CLIENTS/uv" python find)" = "$PWD/.venv/bin/python" ]
	run -0 "$CLIENTS/uv" pip list
	[[ $output == *pip* ]]
	run -0 "$CLIENTS/uv" pip check
	mkdir -p demo
	printf 'def main():\n    print("demo runs")\n' >demo/demo_one.py
	make_wheel
	run -0 "$CLIENTS/uv" pip install --no-index --find-links . demo-one
	run -0 .venv/bin/demo-one
	[ "$output" = "demo runs" ]
	run -0 .venv/bin/pip list --format=freeze
	[[ $output == *demo-one==1.0* || $output == *demo_one==1.0* ]]
	run -0 "$CLIENTS/uv" pip uninstall demo-one
	run ! .venv/bin/demo-one
	# What uv does to pip itself in one environment, no other one and no seed sees.
	run -0 "$CLIENTS/uv" pip uninstall pip
	pyvern venv -q -p 3.13.5 other
	run -0 other/bin/pip --version
}

# A wheel with one command, of the standard library's modules alone.
make_wheel() {
	"$python" -I - <<-'PYTHON'
		import zipfile
		info = "demo_one-1.0.dist-info/"
		files = {"demo_one.py": open("demo/demo_one.py").read(),
		         info + "METADATA": "Metadata-Version: 2.1\nName: demo-one\nVersion: 1.0\n",
		         info + "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
		         info + "entry_points.txt": "[console_scripts]\ndemo-one = demo_one:main\n"}
		files[info + "RECORD"] = "".join(name + ",,\n" for name in [*files, info + "RECORD"])
		with zipfile.ZipFile("demo_one-1.0-py3-none-any.whl", "w") as wheel:
		    for name, text in files.items():
		        wheel.writestr(name, text)
	PYTHON
}

@test "JOURNEYS 4: tox finds the Python that is pinned, and runs in an environment of ours" {
	need tox
	pyvern use 3.13 >/dev/null
	cat >tox.ini <<-'INI'
		[tox]
		skipsdist = true
		[testenv]
		skip_install = true
		commands = python -c "import sys; print('base', sys.base_prefix, 'prefix', sys.prefix)"
	INI
	run -0 "$CLIENTS/tox" -q -e py313
	[[ $output == *"base $ROOT/versions/3.13.5 prefix $PWD/.tox/py313"* ]]
	run -0 pyvern venvs scan .
	[[ $output == *tox* ]]
	# Started in an environment of ours, which is not what the other ones are made of.
	pyvern venv -q -p 3.13.5 .venv
	rm -rf .tox
	run -0 bash -c '. .venv/bin/activate && "$1" -q -e py313' bash "$CLIENTS/tox"
	[[ $output == *"base $ROOT/versions/3.13.5 prefix $PWD/.tox/py313"* ]]
}

@test "nox: a session by virtualenv on our Python, and one in the environment that it was started in" {
	need nox
	pyvern use 3.13 >/dev/null
	cat >noxfile.py <<-'PYTHON'
		import nox
		code = "import sys; print('base', sys.base_prefix, 'prefix', sys.prefix)"
		@nox.session(python="3.13", venv_backend="virtualenv")
		def made(session):
		    session.run("python", "-c", code)
		@nox.session(python="3.13", venv_backend="venv")
		def by_venv(session):
		    session.run("python", "-c", code)
		@nox.session(venv_backend="none")
		def here(session):
		    session.run("python", "-c", code)
	PYTHON
	for session in made-3.13 by_venv-3.13; do
		run -0 "$CLIENTS/nox" -s "$session"
		[[ $output == *"base $ROOT/versions/3.13.5 prefix $PWD/.nox/"* ]]
	done
	pyvern venv -q -p 3.13.5 .venv
	# Activated, and entered by the shim.
	run -0 bash -c '. .venv/bin/activate && "$1" -s here' bash "$CLIENTS/nox"
	[[ $output == *"prefix $PWD/.venv"* ]]
	run -0 "$CLIENTS/nox" -s here
	[[ $output == *"prefix $PWD/.venv"* ]]
}
