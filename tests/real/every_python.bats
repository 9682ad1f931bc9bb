#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# Environments on each Python at hand: those of PYVERN_REAL_ROOT, the system's, PyPy. What
# `python -m venv` would answer, an extension in C from its source, a wheel with a command.

bats_require_minimum_version 1.5.0

setup() {
	T=$BATS_TEST_TMPDIR
	export HOME=$T/home PYVERN_ROOT=$T/root NO_COLOR=1 PATH=$PYVERN_TEST_STAGE/bin:$PATH
	export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.state PIP_NO_INDEX=1
	export PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
	unset PYENV_ROOT PYENV_VERSION PYVERN_VERSION PYENV_DIR PYVERN_DIR
	mkdir -p "$HOME" "$PYVERN_ROOT/versions"
	cd "$HOME" || return
	local version
	for version in "${PYVERN_REAL_ROOT-}"/versions/*; do
		if [ -L "$version" ] || [ ! -x "$version/bin/python" ]; then continue; fi
		# Links into it: their seeds are in the root of this test.
		ln -s "$version" "$PYVERN_ROOT/versions/${version##*/}"
	done
	make_source
}

# A package with an extension in C and a command. Newer Pythons have no setuptools, so it
# builds itself (PEP 517); 2.7 takes its setup.py.
make_source() {
	mkdir -p source
	cat >source/answer.c <<-'E'
		#include <Python.h>
		static PyObject *
		give(PyObject *self, PyObject *args)
		{
			return PyLong_FromLong(42);
		}
		static PyMethodDef methods[] = { { "give", give, METH_NOARGS, "" }, { 0 } };
		#if PY_MAJOR_VERSION < 3
		PyMODINIT_FUNC
		initanswer(void)
		{
			Py_InitModule("answer", methods);
		}
		#else
		static struct PyModuleDef module = { PyModuleDef_HEAD_INIT, "answer", 0, -1, methods };
		PyMODINIT_FUNC
		PyInit_answer(void)
		{
			return PyModule_Create(&module);
		}
		#endif
	E
	cat >source/say_answer.py <<-'E'
		import sys, answer
		def main():
		    sys.stdout.write('%d %s\n' % (answer.give(), sys.prefix))
	E
	cat >source/setup.py <<-'E'
		from setuptools import setup, Extension
		setup(name='answer', version='1.0', py_modules=['say_answer'],
		      ext_modules=[Extension('answer', ['answer.c'])],
		      entry_points={'console_scripts': ['say-answer = say_answer:main']})
	E
	cp -r source source2
	rm source/setup.py
	cat >source/pyproject.toml <<-'E'
		[build-system]
		requires = []
		build-backend = "build_itself"
		backend-path = ["."]
	E
	cat >source/build_itself.py <<-'E'
		import os, shlex, subprocess, sys, sysconfig, zipfile
		def build_wheel(folder, config_settings=None, metadata_directory=None):
		    file = 'answer' + sysconfig.get_config_var('EXT_SUFFIX')
		    include = {sysconfig.get_path('include'), sysconfig.get_path('platinclude')}
		    subprocess.check_call(shlex.split(sysconfig.get_config_var('CC') or 'cc') +
		                          ['-shared', '-fPIC', 'answer.c', '-o', file] +
		                          ['-I' + path for path in include])
		    name, info = 'answer-1.0-py3-none-any.whl', 'answer-1.0.dist-info/'
		    with zipfile.ZipFile(os.path.join(folder, name), 'w') as wheel:
		        wheel.write(file)
		        wheel.write('say_answer.py')
		        wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\nName: answer\nVersion: 1.0\n')
		        wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\nGenerator: x\n'
		                       'Root-Is-Purelib: false\nTag: py3-none-any\n')
		        wheel.writestr(info + 'entry_points.txt',
		                       '[console_scripts]\nsay-answer = say_answer:main\n')
		        wheel.writestr(info + 'RECORD', '')
		    return name
	E
}

# What the environment $1 says of itself, with $1 as ENV.
facts() {
	"$1/bin/python" - <<-'E' | sed "s|$PWD/$1|ENV|g"
		from __future__ import print_function
		import site, sys, sysconfig
		for key, value in sorted(sysconfig.get_paths().items()):
		    print(key, value)
		print(sys.prefix, sys.exec_prefix, site.getsitepackages(), site.ENABLE_USER_SITE)
		print([p for p in sys.path if p])
		print(sys.flags)
	E
}

try() { # VERSION
	local version=$1 env=env-$1 base
	pyvern venv -q -p "$version" "$env"
	[ "$("$env/bin/python" -c 'import sys; print(sys.prefix)')" = "$PWD/$env" ]
	"$env/bin/pip" --version | grep -qF "$PWD/$env/"
	if [[ $version == 2.7* ]]; then
		"$env/bin/pip" install -q "$PWD/source2" 2>/dev/null
	else
		base=$("$env/bin/python" -c 'import sys; print(sys._base_executable)')
		"$base" -m venv --without-pip "std-$version"
		diff <(facts "std-$version") <(facts "$env")
		"$env/bin/pip" install -q "$PWD/source"
	fi
	[ "$("$env/bin/say-answer")" = "42 $PWD/$env" ]
	"$env/bin/pip" check
	"$env/bin/pip" uninstall -q -y answer
	[ ! -e "$env/bin/say-answer" ]
	# Another one has not seen any of it.
	pyvern venv -q -p "$version" "$env-two"
	"$env-two/bin/pip" --version
	if [[ $version != 2.7* ]]; then
		"$env/bin/python" -m venv --upgrade --without-pip "$env"
		"$env/bin/pip" --version
	fi
	# Moved, with all that names its place.
	pyvern venvs move "$env" "moved-$version"
	[ "$("moved-$version/bin/python" -c 'import sys; print(sys.prefix)')" = "$PWD/moved-$version" ]
	"moved-$version/bin/pip" --version
}

@test "environments on each installed Python" {
	local version count=0
	for version in "$PYVERN_ROOT"/versions/*; do
		[ -e "$version" ] || continue
		try "${version##*/}"
		echo "# ${version##*/}" >&3
		count=$((count + 1))
	done
	[ "$count" -gt 0 ] || skip "PYVERN_REAL_ROOT has no Python"
}

@test "environments on the system's Python and PyPy, adopted or as they are" {
	local program count=0
	for program in /usr/bin/python3 /usr/bin/pypy3; do
		"$program" -c 'import ensurepip; ensurepip.version()' 2>/dev/null || continue
		pyvern adopt -q --name "adopted-${program##*/}" "$program"
		try "adopted-${program##*/}"
		echo "# $program" >&3
		count=$((count + 1))
	done
	[ "$count" -gt 0 ] || skip "the system has no Python with a pip"
	try system
}

# What fails of the Python's own tests in the environment $1.
failures() {
	env -u PIP_NO_INDEX -u PYTHONDONTWRITEBYTECODE "$1/bin/python" -m test -v test_venv test_site \
		2>&1 | sed -n 's/^\(FAIL\|ERROR\): //p' | sort
}

@test "CPython's own tests of venv and site, where it has them: no worse than in its own" {
	local version python count=0
	for version in "$PYVERN_ROOT"/versions/*; do
		python=$version/bin/python
		if ! [ -x "$python" ] || ! "$python" -c 'import venv, test.test_venv' 2>/dev/null; then
			continue
		fi
		pyvern venv -q -p "${version##*/}" ours
		"$python" -m venv theirs
		failures ours >ours.txt
		failures theirs >theirs.txt
		run -0 comm -23 ours.txt theirs.txt
		[ -z "$output" ]
		count=$((count + 1))
	done
	[ "$count" -gt 0 ] || skip "no Python in PYVERN_REAL_ROOT has its tests"
}
