#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern virtualenv: named environments (facts/pyenv.md 9). That Pythons and shells like
# them is tested on real ones (tests/real/virtualenv.bats).
# shellcheck disable=SC2154,SC2016 # run sets stderr; $() is to stay as it is

bats_require_minimum_version 1.5.0
load ../lib/venv

setup() {
	venv_setup
	unset PYVERN_AUTO_INSTALL PYENV_AUTO_INSTALL VIRTUAL_ENV PYENV_VIRTUAL_ENV
	versions=$PYVERN_ROOT/versions
}

# From here on in pyenv's face.
as_pyenv() {
	echo pyenv >"$PYVERN_ROOT/face"
}

# Nothing is left of an attempt: no environment, no link, no stage.
is_as_before() {
	[ ! -e "$versions/notes" ] && [ ! -L "$versions/notes" ] &&
		[ ! -e "$versions/3.13.5/envs" ] &&
		{ [ ! -e "$PYVERN_ROOT/.staging" ] || has_only "$PYVERN_ROOT/.staging"; }
}

@test "JOURNEYS 5: made, said, and refused the second time" {
	ln -s 3.13.5 "$versions/3.13"
	echo "3.13 3.13.5" >"$PYVERN_ROOT/.aliases"
	run --separate-stderr pyvern virtualenv 3.13 notes
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	[[ $stderr =~ ^\+\ notes\ \ \ \ Python\ 3\.13\.5,\ pip\ 1\.0,\ follows\ 3\.13\ \ \ [0-9]+\ ms$ ]]
	run pyvern virtualenv 3.13 notes
	[ "$status" -eq 6 ]
	is_output "pyvern: notes exists already" "  is       Python 3.13.5, $versions/notes" \
		"  to fix   another name, or --clear to make it anew"
}

@test "pyenv.md 9: the place is versions/VERSION/envs/NAME, and versions/NAME leads to it" {
	pyvern virtualenv -q 3.13.5 notes
	is_environment "$versions/3.13.5/envs/notes" 3.13.5
	[ "$(readlink "$versions/notes")" = "$versions/3.13.5/envs/notes" ]
	grep -qx "VIRTUAL_ENV='$versions/3.13.5/envs/notes'" "$versions/notes/bin/activate"
	[ "$(PYENV_VERSION=notes pyvern which python)" = "$versions/notes/bin/python" ]
	[ -e "$PYVERN_ROOT/shims/pydoc" ]
	has_only "$PYVERN_ROOT/.staging"
}

@test "pyenv.md 9: VERSION is the first of what is chosen here; a prefix is resolved" {
	fake_python 3.12.1
	pin 3.12 3.13
	pyvern virtualenv -q notes
	is_environment "$versions/3.12.1/envs/notes" 3.12.1
	pyvern virtualenv -q 3.13 other
	is_environment "$versions/3.13.5/envs/other" 3.13.5
}

@test "pyenv.md 9: in pyenv's face it says nothing, and follows no alias" {
	as_pyenv
	run pyvern virtualenv 3.13 notes
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	grep -qx "home = $versions/3.13.5/bin" "$versions/notes/pyvenv.cfg"
}

@test "pyenv.md 9: what is refused, in pyenv's words" {
	as_pyenv
	rows=(
		"|pyenv-virtualenv: no virtualenv name given."
		"3.13 system|pyenv-virtualenv: \`system' is not allowed as virtualenv name."
		"3.13 a/b|pyenv-virtualenv: no slash allowed in virtualenv name."
		"3.13 3.12.1/envs/b|pyenv-virtualenv: no slash allowed in virtualenv name."
		"3.9.1 b|pyenv-virtualenv: \`3.9.1' is not installed in pyenv.
Run \`pyenv install 3.9.1' to install it."
		"nope b|pyenv-virtualenv: \`nope' is not installed in pyenv.
It does not look like a valid Python version. See \`pyenv install --list' for available versions."
		"-u --no-pip 3.13 b|pyenv-virtualenv: upgrading will not work with --no-setuptools or --no-pip"
	)
	for row in "${rows[@]}"; do
		# shellcheck disable=SC2086 # words
		run pyvern virtualenv ${row%%|*}
		[ "$status" -eq 1 ]
		is_output "${row#*|}"
	done
	run pyvern virtualenv 3.13 "a b"
	[ "$status" -eq 1 ]
	is_output "pyenv-virtualenv: no whitespace allowed in virtualenv name."
	pin 3.9.1
	run pyvern virtualenv notes
	[ "$status" -eq 1 ]
	is_output "pyenv: version \`3.9.1' is not installed (set by $PWD/.python-version)"
	is_as_before
}

@test "in our words, with our statuses" {
	refuses 2 "virtualenv: what shall it be called?" pyvern virtualenv
	refuses 2 "an environment cannot be called system: " pyvern virtualenv 3.13 system
	refuses 2 "an environment cannot be called a b: " pyvern virtualenv 3.13 "a b"
	refuses 2 "an environment cannot be called a/b: " pyvern virtualenv 3.13 a/b
	refuses 2 "an environment cannot be called ..: " pyvern virtualenv 3.13 ..
	refuses 3 "3.9.1 is not installed" pyvern virtualenv 3.9.1 b
	refuses 2 "virtualenv takes a version and a name: x is too much" pyvern virtualenv 3.13 b x
	is_as_before
}

@test "pyenv.md 9: the long name of the version's own environment is a name" {
	pyvern virtualenv -q 3.13.5 3.13.5/envs/notes
	is_environment "$versions/3.13.5/envs/notes" 3.13.5
	[ -L "$versions/notes" ]
}

@test "pyenv.md 9: whatever has the name is not replaced" {
	as_pyenv
	fake_version notes
	run pyvern virtualenv 3.13 notes
	[ "$status" -eq 1 ]
	is_output "pyenv-virtualenv: \`$versions/notes' already exists."
	rm -r "$versions/notes"
	ln -s /nowhere "$versions/notes"
	run pyvern virtualenv 3.13 notes
	[ "$status" -eq 1 ]
	[ "$(readlink "$versions/notes")" = /nowhere ]
	# A version is no link, whoever forces it.
	run pyvern virtualenv -f 3.13 3.13.5
	[ "$status" -eq 1 ]
	[ ! -e "$versions/3.13.5/envs/3.13.5" ]
}

@test "pyenv.md 9: an environment without its link: pyenv's face asks, on stdin" {
	as_pyenv
	pyvern virtualenv 3.13 notes
	rm "$versions/notes"
	run pyvern virtualenv 3.13 notes <<<n
	[ "$status" -eq 1 ]
	is_output "pyenv-virtualenv: $versions/3.13.5/envs/notes already exists"
	[ ! -e "$versions/notes" ]
	run pyvern virtualenv 3.13 notes </dev/null
	[ "$status" -eq 1 ]
	run pyvern virtualenv 3.13 notes <<<y
	[ "$status" -eq 0 ]
	is_environment "$versions/notes" 3.13.5
}

@test "pyenv.md 9: --force makes it right, with its packages; --clear anew" {
	pyvern virtualenv -q 3.13 notes
	env=$versions/3.13.5/envs/notes
	echo mine >"$env/lib/python3.13/site-packages/mine.py"
	echo "# mine" >"$env/lib/python3.13/site-packages/pip/__init__.py.mine"
	rm "$env/bin/python" "$env/bin/activate"
	run pyvern virtualenv --force 3.13 notes
	[ "$status" -eq 0 ]
	[[ $output == "~ notes    Python 3.13.5, pip 1.0"* ]]
	is_environment "$env" 3.13.5
	[ -e "$env/lib/python3.13/site-packages/mine.py" ]
	[ -e "$env/lib/python3.13/site-packages/pip/__init__.py.mine" ]
	run pyvern virtualenv --clear 3.13 notes
	[ "$status" -eq 0 ]
	is_environment "$env" 3.13.5
	[ ! -e "$env/lib/python3.13/site-packages/mine.py" ]
	has_only "$PYVERN_ROOT/.staging"
}

@test "--force gives the name to the environment of another version; the first stays" {
	fake_python 3.12.1
	pyvern virtualenv -q 3.13 notes
	pyvern virtualenv -q -f 3.12 notes
	[ "$(readlink "$versions/notes")" = "$versions/3.12.1/envs/notes" ]
	is_environment "$versions/3.13.5/envs/notes" 3.13.5
}

@test "--upgrade keeps packages that fit" {
	pyvern virtualenv -q 3.13 notes
	echo mine >"$versions/notes/lib/python3.13/site-packages/mine.py"
	run pyvern virtualenv -u 3.13 notes
	[ "$status" -eq 0 ]
	[ -e "$versions/notes/lib/python3.13/site-packages/mine.py" ]
}

@test "pyenv.md 9: a base that is an environment means its base" {
	pyvern virtualenv -q 3.13 notes
	pyvern virtualenv -q notes second
	is_environment "$versions/3.13.5/envs/second" 3.13.5
	PYENV_VERSION=notes pyvern virtualenv -q third
	is_environment "$versions/3.13.5/envs/third" 3.13.5
	grep -qx "home = $versions/3.13.5/bin" "$versions/third/pyvenv.cfg"
}

@test "pyenv.md 9: what each environment also has: pydoc, python3.13-config" {
	printf '#!/bin/sh\n' >"$versions/3.13.5/bin/python3.13-config"
	chmod 755 "$versions/3.13.5/bin/python3.13-config"
	pyvern virtualenv -q 3.13.5 notes
	[ "$(readlink "$versions/notes/bin/python3.13-config")" = "$versions/3.13.5/bin/python3.13-config" ]
	[ "$(head -1 "$versions/notes/bin/pydoc")" = "#!$versions/3.13.5/envs/notes/bin/python" ]
	[ -x "$versions/notes/bin/pydoc" ]
}

@test "options of the maker are obeyed" {
	pyvern virtualenv -q --without-pip 3.13 a
	[ ! -e "$versions/a/bin/pip" ]
	pyvern virtualenv -q --no-pip 3.13 b
	[ ! -e "$versions/b/bin/pip" ]
	pyvern virtualenv -q --system-site-packages 3.13 c
	grep -qx "include-system-site-packages = true" "$versions/c/pyvenv.cfg"
	pyvern virtualenv -q --prompt "it's" 3.13 d
	grep -qx "prompt = \"it's\"" "$versions/d/pyvenv.cfg"
	pyvern virtualenv -q --no-setuptools 3.13 e
	[ -x "$versions/e/bin/pip" ]
}

@test "pyenv.md 9: -p takes a version, a program, a path" {
	fake_python 3.12.1
	for python in 3.12 python3.12 "$versions/3.12.1/bin/python3"; do
		pyvern virtualenv -q -p "$python" 3.13 notes
		is_environment "$versions/3.13.5/envs/notes" 3.12.1
		pyvern virtualenv-delete -f notes
	done
	pyvern virtualenv -q --python=python3 3.13 notes
	is_environment "$versions/3.13.5/envs/notes" 3.13.5
	as_pyenv
	run pyvern virtualenv -p python3.4 3.13 other
	[ "$status" -eq 1 ]
	is_output "pyenv-virtualenv: \`python3.4' is not installed in pyenv." \
		"Run \`pyenv install python3.4' to install it."
}

# A version that our maker does not know, whose own maker is a program.
fake_maker() {
	fake_version 2.7.18 virtualenv
	cat >"$versions/2.7.18/bin/virtualenv" <<-'END'
		#!/bin/sh
		printf '%s\n' "$@" >"$T/words"
		for dir; do :; done
		mkdir -p "$dir/bin"
		cp "$PYVERN_ROOT/versions/2.7.18/bin/python" "$dir/bin/python"
		printf '#!%s/bin/python\n' "$dir" >"$dir/bin/pip"
		chmod 755 "$dir/bin/pip"
		printf 'VIRTUAL_ENV=%s\n' "$dir" >"$dir/bin/activate"
		printf 'home = %s\nversion = 2.7.18\n' "$PYVERN_ROOT/versions/2.7.18/bin" >"$dir/pyvenv.cfg"
		echo "last words"
		exit "${MAKER_STATUS:-0}"
	END
	export T
}

@test "pyenv.md 9: another maker's environment is whole before it has its name" {
	fake_maker
	run pyvern virtualenv --always-copy -x 2.7.18 notes
	[ "$status" -eq 0 ]
	[[ $output == "+ notes    Python 2.7.18"* ]]
	[ "$(head -2 "$T/words" | paste -sd ' ')" = "--always-copy --x" ]
	[[ $(tail -1 "$T/words") == "$PYVERN_ROOT/.staging/"*/notes ]]
	[ "$(head -1 "$versions/notes/bin/pip")" = "#!$versions/2.7.18/envs/notes/bin/python" ]
	[ "$(cat "$versions/notes/bin/activate")" = "VIRTUAL_ENV=$versions/2.7.18/envs/notes" ]
	[ -x "$versions/notes/bin/pip" ]
}

@test "pyenv.md 9: a maker that fails leaves no environment and no link" {
	fake_maker
	MAKER_STATUS=7 run pyvern virtualenv 2.7.18 notes
	[ "$status" -eq 1 ]
	[[ $output == *"virtualenv ended with 7"*"last words"* ]]
	MAKER_STATUS=7 run --separate-stderr pyvern virtualenv --verbose 2.7.18 notes
	[ "$status" -eq 7 ]
	[ "$output" = "last words" ]
	[ ! -e "$versions/2.7.18/envs" ] && [ ! -L "$versions/notes" ]
	has_only "$PYVERN_ROOT/.staging"
}

@test "pyenv.md 9: on system it is versions/NAME itself" {
	mkdir "$T/py" && cp -a "$versions/3.13.5/." "$T/py"
	ln -sf python3.13 "$T/py/bin/python3"
	ln -sf python3.13 "$T/py/bin/python"
	PATH=$T/prefix/bin:$T/py/bin:/bin
	pyvern virtualenv -q --without-pip system notes
	[ -d "$versions/notes" ] && [ ! -L "$versions/notes" ]
	grep -qx "home = $T/py/bin" "$versions/notes/pyvenv.cfg"
	[ "$("$versions/notes/bin/python")" = 3.13.5 ]
	run pyvern virtualenvs
	is_output "  notes (created from $T/py)"
	# What is made on that one is made on the same Python.
	pyvern virtualenv -q --without-pip notes second
	grep -qx "home = $T/py/bin" "$versions/second/pyvenv.cfg"
	# Nothing is written to a Python that a link brings in.
	ln -s "$T/py" "$versions/linked"
	pyvern virtualenv -q --without-pip linked third
	[ -d "$versions/third" ] && [ ! -L "$versions/third" ] && [ ! -e "$T/py/envs" ]
}

@test "pyenv.md 9: no system Python" {
	PATH=$T/prefix/bin
	as_pyenv
	run pyvern virtualenv system notes
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "pyenv-virtualenv: \`system' is not installed in pyenv." ]
}

@test "pyenv.md 9: a base with conda: conda create, in its own envs" {
	fake_version miniconda3-24.1 conda
	cat >"$versions/miniconda3-24.1/bin/conda" <<-'END'
		#!/bin/sh
		printf '%s\n' "$*" >>"$T/conda.words"
		[ "$1" = create ] || { echo python=3.12.1; exit 0; }
		mkdir -p "$PYVERN_ROOT/versions/miniconda3-24.1/envs/notes/conda-meta" \
			"$PYVERN_ROOT/versions/miniconda3-24.1/envs/notes/bin"
		cp "$PYVERN_ROOT/versions/miniconda3-24.1/bin/python" \
			"$PYVERN_ROOT/versions/miniconda3-24.1/envs/notes/bin/"
	END
	export T
	pyvern virtualenv -q miniconda3-24.1 notes
	[ "$(readlink "$versions/notes")" = "$versions/miniconda3-24.1/envs/notes" ]
	[ "$(head -1 "$T/conda.words")" = "list python --full-name --export" ]
	[[ $(tail -1 "$T/conda.words") == "create --quiet --name notes --yes --file $PYVERN_ROOT/.staging/"* ]]
	[ "$(pyvern virtualenv-prefix notes)" = "$versions/miniconda3-24.1" ]
	pyvern virtualenv-delete -f notes
	pyvern virtualenv -q -p python3.11 miniconda3-24.1 notes
	[ "$(tail -1 "$T/conda.words")" = "create --quiet --name notes --yes python=3.11" ]
}

@test "--json" {
	run --separate-stderr pyvern virtualenv --json 3.13 notes
	is_json "d['path'] == '$versions/3.13.5/envs/notes' and d['state'] == 'created' and d['packages'] == 'pip 1.0'"
}

@test "pyenv.md 9: virtualenv --version is pyenv-virtualenv's" {
	run pyvern virtualenv --version
	[ "$status" -eq 0 ]
	[[ $output == "pyenv-virtualenv 1.4.0 (pyvern "* ]]
}

@test "--install installs the version that is missing" {
	# Not through the hard link that it is.
	rm "$T/prefix/libexec/pyvern/pyvern-install"
	printf '#!/bin/sh\necho "$@" >"$T/asked"; exit 4\n' >"$T/prefix/libexec/pyvern/pyvern-install"
	chmod 755 "$T/prefix/libexec/pyvern/pyvern-install"
	export T
	run pyvern virtualenv --install --quiet 3.9.1 notes
	[ "$status" -eq 4 ]
	[ "$(cat "$T/asked")" = "3.9.1 --quiet" ]
	[ ! -L "$versions/notes" ]
}

@test "pyenv.md 5, 9: hooks of virtualenv: before, after, with how it ended" {
	mkdir -p "$PYVERN_ROOT/pyenv.d/virtualenv"
	cat >"$PYVERN_ROOT/pyenv.d/virtualenv/any.bash" <<-'END'
		before_virtualenv 'echo "before $VIRTUALENV_NAME $(test -e "$VIRTUALENV_PATH" || echo absent)" >&2; mine=kept'
		after_virtualenv 'echo "after $STATUS $mine $(test -x "$VIRTUALENV_PATH/bin/python" && echo there)" >&2'
		after_virtualenv 'printf "#!/bin/sh\n" >"$VIRTUALENV_PATH/bin/by-hook"; chmod 755 "$VIRTUALENV_PATH/bin/by-hook"'
	END
	run pyvern virtualenv --without-pip 3.13.5 hooked
	echo "$output"
	[ "$status" -eq 0 ]
	has_line "before hooked absent"
	has_line "after 0 kept there"
	[ -e "$PYVERN_ROOT/shims/by-hook" ]
	# One that ends it before: nothing is made.
	echo "before_virtualenv 'exit 5'" >"$PYVERN_ROOT/pyenv.d/virtualenv/any.bash"
	run pyvern virtualenv --without-pip 3.13.5 never
	[ "$status" -eq 5 ]
	[ ! -e "$PYVERN_ROOT/versions/never" ]
}
