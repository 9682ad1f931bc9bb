#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# pyvern venv: what is in an environment to begin with, on a Python that compiles it.

bats_require_minimum_version 1.5.0
load ../lib/venv
load ../lib/system-python

setup() {
	venv_setup
	umask 022
	system_python
	mkdir -p "$T/wheels" "$HOME/shop"
	cd "$HOME/shop" || return
	site=lib/python$LANGUAGE/site-packages
	# A pip that downloads from a folder.
	pip=$(make_wheel "$T" pip 24.0 "$(
		cat <<-'P'
			import glob, os, shutil, sys
			if sys.argv[1:2] != ['download']:
			    print('pip 24.0 ' + ' '.join(sys.argv[1:]))
			    return
			open(os.environ['SAID'], 'a').write(' '.join(sys.argv[1:]) + '\n')
			into = sys.argv[sys.argv.index('--dest') + 1]
			for word in sys.argv[sys.argv.index('--dest') + 2:]:
			    if word.startswith('-'): continue
			    name = word.replace('==', '-')
			    found = sorted(glob.glob(os.environ['INDEX'] + '/' + name + '-*'))
			    if not found: sys.exit('no distribution for ' + word)
			    shutil.copy(found[-1], into)
		P
	)")
	export SAID=$T/said INDEX=$T/index
	mkdir "$INDEX"
}

# What the environment $1 has, without its own version of the language.
packages() {
	local info
	for info in "$1/$site"/*.dist-info; do
		info=${info##*/}
		printf '%s ' "${info%.dist-info}"
	done
}

@test "without --seed: what the Python brings, made when it is first needed" {
	bundled_python "$pip" "$(make_wheel "$T" setuptools 60.0)"
	run -0 --separate-stderr pyvern venv -p "$SYSTEM"
	[[ $stderr == *"+ .venv    Python $SYSTEM, pip 24.0, setuptools 60.0   "* ]]
	[ "$(.venv/bin/pip --version)" = 'pip 24.0 --version' ]
	.venv/bin/python -c 'import pip, sys; assert pip.version == "24.0", sys.prefix'
}

@test "--seed: names from what is at hand, and wheels" {
	bundled_python "$pip" "$(make_wheel "$T" setuptools 60.0)"
	make_wheel "$T" demo_tool 1.5 'print("demo")'
	run -0 --separate-stderr pyvern venv -p "$SYSTEM" --seed pip one
	[[ $stderr == *", pip 24.0   "* ]]
	[ "$(packages one)" = 'pip-24.0 ' ]
	grep -q "^command = pyvern venv -p .* --seed pip " one/pyvenv.cfg
	mv "$T/demo_tool-1.5-py2.py3-none-any.whl" .
	run -0 --separate-stderr pyvern venv -p "$SYSTEM" \
		--seed 'setuptools, ./demo_tool-1.5-py2.py3-none-any.whl' two
	[[ $stderr == *", setuptools 60.0, demo_tool 1.5   "* ]]
	[ "$(two/bin/demo_tool)" = demo ]
	# As pip would have recorded it.
	grep -q '^demo_tool-1.5.dist-info/INSTALLER,sha256=' "two/$site/demo_tool-1.5.dist-info/RECORD"
	grep -q "^demo_tool/__pycache__/cli.*pyc,," "two/$site/demo_tool-1.5.dist-info/RECORD"
	# Made once, and linked from then on.
	run -0 --separate-stderr pyvern venv -p "$SYSTEM" --seed pip three
	[[ $stderr != *'prepare pip'* ]]
	[ "one/$site/pip/cli.py" -ef "three/$site/pip/cli.py" ] ||
		cmp "one/$site/pip/cli.py" "three/$site/pip/cli.py"
	# The default is another matter.
	pyvern venv -q -p "$SYSTEM" four
	[ "$(packages four)" = 'pip-24.0 setuptools-60.0 ' ]
}

@test "--seed: another wheel under the same name makes it anew; a damaged seed, too" {
	bundled_python "$pip"
	local wheel
	wheel=$(make_wheel "$T" demo 1.0 'print("first")')
	pyvern venv -q -p "$SYSTEM" --seed "$wheel" one
	[ "$(one/bin/demo)" = first ]
	make_wheel "$T" demo 1.0 'print("second")'
	pyvern venv -q -p "$SYSTEM" --seed "$wheel" two
	[ "$(two/bin/demo)" = second ]
	[ "$(one/bin/demo)" = first ]
	local file
	file=$(find "$PYVERN_ROOT/versions/$SYSTEM/.pyvern/seeds" -name cli.py)
	chmod u+w "$file"
	echo 'broken' >"$file"
	pyvern venv -q -p "$SYSTEM" --seed "$wheel" three
	[ "$(three/bin/demo)" = second ]
}

@test "--find-links: a folder of wheels; the newest that is for this Python" {
	bundled_python "$pip"
	make_wheel "$T/wheels" tool 1.0
	make_wheel "$T/wheels" tool 1.9
	make_wheel "$T/wheels" tool 1.10
	make_wheel "$T/wheels" tool 2.0 pass '>=9.0'
	cp "$T/wheels/tool-2.0-py2.py3-none-any.whl" "$T/wheels/tool-3.0-cp39-cp39-linux_x86_64.whl"
	run -0 --separate-stderr pyvern venv -p "$SYSTEM" --seed tool --find-links "$T/wheels" one
	[[ $stderr == *'not with tool-2.0-py2.py3-none-any.whl: it is for Python >=9.0'* ]]
	[ "$(packages one)" = 'tool-1.10 ' ]
	[ "$(find "one/$site" -name 'tool*' | wc -l)" -eq 2 ]
	pyvern venv -q -p "$SYSTEM" --seed tool==1.9 --find-links ../../wheels two
	[ "$(packages two)" = 'tool-1.9 ' ]
	run -3 --separate-stderr pyvern venv -p "$SYSTEM" --seed tool==1.8 --find-links "$T/wheels" three
	[[ $stderr == *"no wheel of tool==1.8 is at hand for Python $SYSTEM"* ]]
	[[ $stderr == *'--download'* ]]
	[ ! -e three ]
	# Alone it is about pip: for a Python that brings none.
	rm -r "$PYVERN_ROOT/versions/$SYSTEM"
	bundled_python
	run pyvern venv -p "$SYSTEM" four
	[ "$status" -ne 0 ]
	[[ $output == *'--find-links'* ]]
	cp "$pip" "$T/wheels"
	pyvern venv -q -p "$SYSTEM" --find-links "$T/wheels" four
	[ "$(packages four)" = 'pip-24.0 ' ]
}

@test "--download: by a pip of the root, and kept" {
	bundled_python "$pip"
	make_wheel "$INDEX" tool 1.0
	make_wheel "$INDEX" other 3.0
	cp "$pip" "$INDEX"
	pyvern venv -q -p "$SYSTEM" --seed pip,tool,other==3.0 --download one
	[ "$(packages one)" = 'other-3.0 pip-24.0 tool-1.0 ' ]
	grep -q -e "--only-binary=:all: .* --python-version $SYSTEM " "$SAID"
	# What insists on a version and is there is not asked for again.
	: >"$SAID"
	pyvern venv -q -p "$SYSTEM" --seed other==3.0 --download two
	[ ! -s "$SAID" ]
	# What does not is: there may be a newer one.
	make_wheel "$INDEX" tool 1.1
	pyvern venv -q -p "$SYSTEM" --seed tool --download three
	[ "$(packages three)" = 'tool-1.1 ' ]
	# From the cache, without a network.
	pyvern venv -q -p "$SYSTEM" --seed tool four
	[ "$(packages four)" = 'tool-1.1 ' ]
	run -4 --separate-stderr pyvern venv -p "$SYSTEM" --seed nothing --download five
	[[ $stderr == *'pip cannot download nothing'*'no distribution for nothing'* ]]
	[ ! -e five ]
}

@test "--seed: what is no list, no wheel, not for this Python" {
	bundled_python "$pip"
	local list
	for list in '' ',' 'pip,,tool' 'pip==' '-x' 'pip>=2' 'pip;x' 'a b' 'pip,Pip' $'a\nb' \
		'a,b,c,d,e,f,g,h,i' '../x' 'http://x/y'; do
		run -2 pyvern venv -p "$SYSTEM" --seed "$list" one
		[ ! -e one ]
	done
	run -2 pyvern venv -p "$SYSTEM" --seed pip --without-pip one
	echo 'no zip' >tool-1.0-py3-none-any.whl
	run -5 --separate-stderr pyvern venv -p "$SYSTEM" --seed ./tool-1.0-py3-none-any.whl one
	[[ $stderr == *'tool-1.0-py3-none-any.whl'* ]]
	run -5 pyvern venv -p "$SYSTEM" --seed "$(make_wheel "$T" tool 1.0 pass '>=9')" one
	cp "$T/tool-1.0-py2.py3-none-any.whl" tool-1.0-cp27-cp27m-any.whl
	run -5 pyvern venv -p "$SYSTEM" --seed ./tool-1.0-cp27-cp27m-any.whl one
	run -1 pyvern venv -p "$SYSTEM" --seed ./missing-1.0-py3-none-any.whl one
	[ ! -e one ]
	# Two packages with one file.
	make_wheel "$T" a 1.0
	/usr/bin/python3 - "$T/b-1.0-py3-none-any.whl" <<-'E'
		import sys, zipfile
		with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
		    wheel.writestr('a/__init__.py', '')
		    wheel.writestr('b-1.0.dist-info/METADATA', 'Name: b\n')
		    wheel.writestr('b-1.0.dist-info/RECORD', '')
	E
	run -5 --separate-stderr pyvern venv -p "$SYSTEM" \
		--seed "$T/a-1.0-py2.py3-none-any.whl,$T/b-1.0-py3-none-any.whl" one
	[[ $stderr == *'has a file that another one has, too: a/__init__.py'* ]]
	[ ! -e one ]
	# And nothing is left of the attempts.
	run find "$PYVERN_ROOT/.staging" -mindepth 1
	[ -z "$output" ]
}

@test "--seed: a wheel cannot write outside of its seed" {
	bundled_python "$pip"
	/usr/bin/python3 - "$T/x-1.0-py3-none-any.whl" <<-'E'
		import sys, zipfile
		with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
		    wheel.writestr('../../../escaped', 'x')
		    wheel.writestr('x-1.0.dist-info/METADATA', 'Name: x\n')
		    wheel.writestr('x-1.0.dist-info/RECORD', '')
	E
	run -5 pyvern venv -p "$SYSTEM" --seed "$T/x-1.0-py3-none-any.whl" one
	[ -z "$(find "$T" -name escaped)" ]
}

@test "on the system's Python: pip from its wheels, kept in the root; use, x" {
	compgen -G '/usr/share/python-wheels/pip-*.whl' >/dev/null ||
		compgen -G '/usr/lib/python3*/ensurepip/_bundled/pip-*.whl' >/dev/null ||
		skip "the system's Python brings no pip"
	PATH=$PYVERN_TEST_STAGE/bin:/usr/bin:/bin
	run -0 --separate-stderr pyvern venv -p system one
	[[ $stderr == *"+ one      Python $SYSTEM, pip "* ]]
	[ "$(one/bin/python -c 'import sys; print(sys.prefix)')" = "$PWD/one" ]
	one/bin/pip --version
	grep -qx 'home = /usr/bin' one/pyvenv.cfg
	[ -e "$PYVERN_ROOT/.adopted/system/seed/index" ]
	run -0 --separate-stderr pyvern venv -p system two
	[[ $stderr != *'prepare pip'* ]]
	run -0 --separate-stderr pyvern use system --venv
	[[ $stderr == *"+ .venv    Python $SYSTEM, pip "* ]]
	run -0 --separate-stderr pyvern use system --venv
	[[ $stderr == *"= .venv    Python $SYSTEM"* ]]
	run -6 pyvern use 3.13.5 --venv
	run -0 pyvern x system -- python -c 'import sys; print(sys.prefix != sys.base_prefix)'
	[ "$output" = True ]
}
