#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern adopt: Pythons that others keep become versions (JOURNEYS, DESIGN "Adopting is
# a link"). "pyenv.md 12: any folder or link in versions is a version".

bats_require_minimum_version 1.5.0
load ../lib/adopt

setup() {
	adopt_setup
}

@test "a Python with a folder of its own is a link, and was not run" {
	elsewhere "$T/uv/cpython-3.12.5" 3.12.5
	run -0 pyvern adopt "$T/uv/cpython-3.12.5"
	has_line "+ 3.12.5   cpython 3.12.5, $T/uv/cpython-3.12.5"
	[ "$(readlink "$PYVERN_ROOT/versions/3.12.5")" = "$T/uv/cpython-3.12.5" ]
	[ ! -e "$T/was-run" ]
	[ -x "$PYVERN_ROOT/shims/python3.12" ]
	run -0 pyvern versions --bare
	is_output 3.12.5
	pin 3.12
	run -0 python
	is_output 3.12.5
	run -0 --separate-stderr pyvern which python3
	is_output "$PYVERN_ROOT/versions/3.12.5/bin/python3"
	run -0 --separate-stderr pyvern prefix
	is_output "$PYVERN_ROOT/versions/3.12.5"
}

@test "our minor alias leads to an adopted version, too" {
	elsewhere "$T/there" 3.12.5
	pyvern adopt "$T/there"
	[ "$(readlink "$PYVERN_ROOT/versions/3.12")" = 3.12.5 ]
	pyvern uninstall --yes 3.12.5
	[ ! -L "$PYVERN_ROOT/versions/3.12" ]
}

@test "an interpreter, its bin folder and its prefix mean the same" {
	elsewhere "$T/there" 3.12.5
	for path in "$T/there/bin/python3" "$T/there/bin" "$T/there" "$T/there/"; do
		run -0 pyvern adopt "$path"
		[ "$(readlink "$PYVERN_ROOT/versions/3.12.5")" = "$T/there" ]
		pyvern uninstall --yes 3.12.5
	done
	cd "$T"
	run -0 pyvern adopt there/bin/python3.12
	[ "$(readlink "$PYVERN_ROOT/versions/3.12.5")" = "$T/there" ]
}

@test "the same Python twice is there already" {
	elsewhere "$T/there" 3.12.5
	pyvern adopt --name mine "$T/there"
	run -0 pyvern adopt "$T/there/bin/python3.12"
	is_output "= mine     is here already"
	[ ! -e "$PYVERN_ROOT/versions/3.12.5" ]
}

@test "never over a name that is taken" {
	fake_version 3.12.5
	elsewhere "$T/there" 3.12.5
	run -6 pyvern adopt "$T/there"
	has_line "  to fix   pyvern adopt --name NAME $T/there"
	run -6 pyvern adopt --name 3.12.5 "$T/there"
	has_line "  to fix   another name: --name NAME"
	[ ! -L "$PYVERN_ROOT/versions/3.12.5" ]
	run -0 pyvern adopt --name 3.12.5-mine "$T/there"
	run -0 pyvern versions --bare
	is_output 3.12.5 3.12.5-mine
	elsewhere "$T/other" 3.12.6
	run -2 pyvern adopt --name ../x "$T/other"
	run -2 pyvern adopt --name system "$T/other"
}

@test "uninstall takes the link and leaves the Python" {
	elsewhere "$T/there" 3.12.5
	pyvern adopt "$T/there"
	run -0 pyvern uninstall --yes 3.12.5
	[ -x "$T/there/bin/python3.12" ]
	[ ! -e "$PYVERN_ROOT/versions/3.12.5" ]
	[ ! -e "$PYVERN_ROOT/shims/python3.12" ]
}

@test "uninstall of one that an environment is on says how it comes back" {
	elsewhere "$T/the re" 3.12.5
	pyvern adopt "$T/the re"
	pyvern venv -q --without-pip -p 3.12.5 "$HOME/env"
	run -0 pyvern uninstall --force --yes 3.12.5
	has_line "  to fix   pyvern adopt '$T/the re' && pyvern repair --all"
	run -0 pyvern adopt "$T/the re"
}

@test "a Python in a shared folder is a folder of links to its own programs" {
	mkdir -p "$T/usr/bin"
	elsewhere "$T/usr" 3.9.1
	elsewhere "$T/usr2" 3.11.2
	cp -a "$T/usr2/." "$T/usr"
	# A script of 3.11, a script of 3.9's pip that 3.11 must not get, and others' programs.
	printf '#!%s\n' "$T/usr/bin/python3.11" >"$T/usr/bin/pip3.11"
	printf '#!%s\n' "$T/usr/bin/python3.9" >"$T/usr/bin/pydoc3"
	printf '#!/bin/sh\n' >"$T/usr/bin/ls"
	printf '#!/bin/sh\necho "$0" "$@"\n' >"$T/usr/bin/python3.11-config"
	chmod 755 "$T/usr/bin/"*
	run -0 pyvern adopt "$T/usr/bin/python3.11"
	cd "$PYVERN_ROOT/versions/3.11.2"
	has_only bin pip pip3 pip3.11 python python3 python3.11 \
		python-config python3-config python3.11-config
	# It finds its files from where it is called.
	run -0 bin/python3-config --prefix "a b"
	is_output "$T/usr/bin/python3.11-config --prefix a b"
	[ "$(readlink bin/pip)" = "$T/usr/bin/pip3.11" ]
	[ "$(readlink bin/python)" = "$T/usr/bin/python3.11" ]
	grep -qx "prefix=$T/usr" .pyvern/facts
	[ ! -e "$PYVERN_ROOT/shims/ls" ]
	run -0 pyvern adopt "$T/usr/bin/python3.11"
	is_output "= 3.11.2   is here already"
	run -0 pyvern adopt "$T/usr/bin/python3.9"
	run -0 pyvern versions --bare
	is_output 3.9.1 3.11.2
	# Only what is ours goes.
	run -0 pyvern uninstall --yes 3.11.2
	[ -x "$T/usr/bin/python3.11" ] && [ -x "$T/usr/bin/pip3.11" ]
}

@test "where they are: pyenv, uv, mise, asdf, conda, Homebrew" {
	elsewhere "$HOME/.pyenv/versions/3.7.1" 3.7.1
	elsewhere "$HOME/.local/share/uv/python/cpython-3.8.2-linux" 3.8.2
	ln -s cpython-3.8.2-linux "$HOME/.local/share/uv/python/cpython-3.8-linux"
	elsewhere "$HOME/.local/share/mise/installs/python/3.9.3" 3.9.3
	ln -s ./3.9.3 "$HOME/.local/share/mise/installs/python/3.9"
	elsewhere "$HOME/.asdf/installs/python/3.10.4" 3.10.4
	elsewhere "$HOME/miniforge3" 3.12.6
	mkdir -p "$HOME/miniforge3/conda-meta"
	: >"$HOME/miniforge3/conda-meta/conda-25.3.0-py312h7900ff3_0.json"
	elsewhere "$T/brew/Cellar/python@3.13/3.13.7" 3.13.7
	mkdir "$T/brew/opt"
	ln -s ../Cellar/python@3.13/3.13.7 "$T/brew/opt/python@3.13"
	export HOMEBREW_PREFIX=$T/brew
	run -0 --separate-stderr pyvern adopt --list
	for line in "3.7.1 pyenv ~/.pyenv/versions/3.7.1" \
		"3.8.2 uv ~/.local/share/uv/python/cpython-3.8.2-linux" \
		"3.9.3 mise ~/.local/share/mise/installs/python/3.9.3" \
		"3.10.4 asdf ~/.asdf/installs/python/3.10.4" \
		"miniforge3-25.3.0 conda ~/miniforge3" "3.13.7 brew $T/brew/opt/python@3.13"; do
		tr -s ' ' <<<"$output" | sed 's/ $//' | grep -qxF "$line"
	done
	[ ! -e "$PYVERN_ROOT/versions" ]
	run -0 pyvern adopt --all
	# What survives an upgrade of Homebrew's.
	[ "$(readlink "$PYVERN_ROOT/versions/3.13.7")" = "$T/brew/opt/python@3.13" ]
	[ ! -e "$T/was-run" ]
}

@test "variables say where: UV_PYTHON_INSTALL_DIR, PYENV_ROOT of a pyenv elsewhere" {
	elsewhere "$T/uv/cpython-3.8.2" 3.8.2
	elsewhere "$T/pyenv/versions/3.7.1" 3.7.1
	export UV_PYTHON_INSTALL_DIR=$T/uv PYENV_ROOT=$T/pyenv
	run -0 --separate-stderr pyvern adopt --list --json
	is_json '{("3.8.2", "uv"), ("3.7.1", "pyenv")} <= {(p["name"], p["source"]) for p in d["pythons"]}'
}

@test "two of one version get two names" {
	elsewhere "$HOME/.local/share/uv/python/cpython-3.8.2" 3.8.2
	elsewhere "$HOME/.asdf/installs/python/3.8.2" 3.8.2
	run -0 --separate-stderr pyvern adopt --list --json
	is_json '{"3.8.2", "3.8.2-asdf"} <= {p["name"] for p in d["pythons"]}'
	# The longer one is only meant by its whole name.
	pyvern adopt --all
	pin 3.8
	run -0 --separate-stderr pyvern version-name
	is_output 3.8.2
}

@test "--dry-run changes nothing, --quiet says nothing" {
	elsewhere "$T/there" 3.12.5
	run -0 --separate-stderr pyvern adopt --dry-run "$T/there"
	[[ $output == "3.12.5 "*"$T/there"* ]]
	[ ! -e "$PYVERN_ROOT/versions" ]
	run -0 pyvern adopt --quiet "$T/there"
	is_output
	[ -L "$PYVERN_ROOT/versions/3.12.5" ]
}

@test "without a terminal nobody can be asked" {
	elsewhere "$HOME/.asdf/installs/python/3.8.2" 3.8.2
	run -2 pyvern adopt </dev/null
	has_line "  to fix   --yes"
	[ ! -e "$PYVERN_ROOT/versions/3.8.2" ]
}

@test "only where files do not tell is it run: isolated, once, with no variables" {
	elsewhere "$T/real" 3.12.5
	riddle "$T/odd/bin/python3" <<-END
		#!/bin/sh
		echo "\$@" | head -n 1 >>"$T/arguments"
		env >"$T/environment"
		cat <<-ANSWER
		a banner of a site
		pyvern-python 1
		implementation=cpython
		version=3.12.5
		release=
		prefix=$T/real
		executable=$T/real/bin/python3.12
		abi=cpython-312-x86_64-linux-gnu
		threaded=0
		debug=0
		stdlib=$T/real/lib/python3.12
		platlib=$T/real/lib/python3.12/site-packages
		end
		ANSWER
	END
	export PYTHONHOME=/nowhere LD_PRELOAD_X=1
	run -0 pyvern adopt "$T/odd/bin/python3"
	[ "$(cat "$T/arguments")" = "-I -S -B -c import sys, os, sysconfig" ]
	! grep -q -e PYTHONHOME -e LD_PRELOAD_X -e '^HOME=' "$T/environment"
	# It led to one whose files tell.
	[ "$(readlink "$PYVERN_ROOT/versions/3.12.5")" = "$T/real" ]
	[ ! -e "$PYVERN_ROOT/.adopted" ]
}

@test "what it said is kept where its files go on telling nothing" {
	mkdir -p "$T/odd/lib/stdlib"
	riddle "$T/odd/bin/python3" <<-END
		#!/bin/sh
		cat <<-ANSWER
		pyvern-python 1
		implementation=cpython
		version=3.12.5
		release=
		prefix=$T/odd
		executable=$T/odd/bin/python3
		abi=
		threaded=0
		debug=0
		stdlib=$T/odd/lib/stdlib
		platlib=$T/odd/lib/stdlib/site-packages
		end
		ANSWER
	END
	run -0 pyvern adopt "$T/odd"
	grep -qx abi=cpython-312 "$PYVERN_ROOT/.adopted/3.12.5/facts"
	run -0 pyvern uninstall --yes 3.12.5
	[ ! -e "$PYVERN_ROOT/.adopted/3.12.5" ]
}

@test "one that prints something else is no Python" {
	riddle "$T/odd/bin/python3" <<-'END'
		#!/bin/sh
		echo Python 3.12.5
		echo version=3.12.5
	END
	run -1 pyvern adopt "$T/odd/bin/python3"
	has_line "pyvern: $T/odd/bin/python3 does not answer as a Python does"
	riddle "$T/odd/bin/python3" <<-'END'
		#!/bin/sh
		exit 3
	END
	run -1 pyvern adopt "$T/odd"
	printf 'no program at all\n' >"$T/odd/bin/python3"
	run -1 pyvern adopt "$T/odd/bin/python3"
	[ ! -e "$PYVERN_ROOT/versions/3.12.5" ]
}

@test "a shim and a virtual environment are no Pythons" {
	elsewhere "$T/there" 3.12.5
	pyvern adopt "$T/there"
	refuses 2 "$PYVERN_ROOT/shims/python is a shim" pyvern adopt "$PYVERN_ROOT/shims/python"
	mkdir -p "$T/env/bin"
	echo "home = $T/there/bin" >"$T/env/pyvenv.cfg"
	ln -s "$T/there/bin/python3.12" "$T/env/bin/python"
	refuses 2 "$T/env is a virtual environment" pyvern adopt "$T/env/bin/python"
	refuses 2 "$T/env is a virtual environment" pyvern adopt "$T/env"
	refuses 1 "$T/project is no Python" pyvern adopt "$T/project"
	refuses 1 "cannot look at $T/none" pyvern adopt "$T/none"
}

@test "what others may change is not adopted, and not run to see what it is" {
	elsewhere "$T/there" 3.12.5
	chmod 777 "$T/there/bin"
	refuses 6 "$T/there is not adopted" pyvern adopt "$T/there"
	[[ $stderr == *"everybody may write to $T/there/bin"* ]]
	run -0 pyvern adopt --force "$T/there"
	pyvern uninstall --yes 3.12.5
	chmod 755 "$T/there/bin"
	chmod 666 "$T/there/bin/python3.12"
	chmod a+x "$T/there/bin/python3.12"
	refuses 6 "$T/there is not adopted" pyvern adopt "$T/there"
	riddle "$T/odd/bin/python3" <<-END
		#!/bin/sh
		: >"$T/was-run"
	END
	chmod 777 "$T/odd"
	refuses 6 "$T/odd/bin/python3 is not run" pyvern adopt "$T/odd"
	[ ! -e "$T/was-run" ]
}

@test "one whose folder is gone is no version any more" {
	elsewhere "$T/there" 3.12.5
	pyvern adopt "$T/there"
	mv "$T/there" "$T/elsewhere"
	run -0 pyvern versions --bare
	is_output
	pin 3.12.5
	run -127 python
	run -0 pyvern uninstall --yes 3.12.5
}

@test "an adopted Python that is gone: versions, errors and doctor say so, with the fix" {
	elsewhere "$T/there" 3.12.5
	pyvern adopt "$T/there"
	rm -r "${T:?}/there"
	run -0 --separate-stderr pyvern versions
	[[ $output != *3.12.5* ]]
	[ "$stderr" = "! 3.12.5   was adopted from $T/there, which is gone
  to fix   pyvern uninstall --yes 3.12.5" ]
	run -0 --separate-stderr pyvern versions --bare
	[ "$stderr" = "" ]
	pin 3.12
	run -3 pyvern version
	has_line "pyvern: 3.12 is not installed"
	has_line "  because   3.12.5 was adopted from $T/there, which is gone"
	has_line "  to fix    pyvern uninstall --yes 3.12.5 && pyvern install 3.12"
	run -127 python
	has_line "  because   3.12.5 was adopted from $T/there, which is gone"
	pyvern uninstall --yes 3.12.5
	run -3 pyvern version
	has_line "  to fix    pyvern install"
}

@test "the same for a folder of links; uninstall says that the Python stays" {
	mkdir -p "$T/usr/bin"
	elsewhere "$T/usr" 3.9.1
	elsewhere "$T/usr2" 3.11.2
	cp -a "$T/usr2/." "$T/usr"
	pyvern adopt "$T/usr/bin/python3.11"
	run -0 pyvern uninstall --dry-run 3.11.2
	is_output "- 3.11.2   the links to $T/usr/bin/python3.11 would go"
	run -0 pyvern uninstall --yes 3.11.2
	is_output "- 3.11.2   the links to $T/usr/bin/python3.11, which stays"
	[ -x "$T/usr/bin/python3.11" ]
	pyvern adopt "$T/usr/bin/python3.11"
	rm "$T/usr/bin/python3.11"
	run -0 --separate-stderr pyvern versions
	[[ $stderr == "! 3.11.2   was adopted from $T/usr/bin/python3.11, which is gone"* ]]
	pin 3.11.2
	run -127 python
	has_line "  because   3.11.2 was adopted from $T/usr/bin/python3.11, which is gone"
	has_line "  to fix    pyvern uninstall --yes 3.11.2 && pyvern install 3.11.2"
}

# Nothing may be put into a folder that is another program's.
@test "pip for environments on a link is kept in the root, for that Python only" {
	elsewhere "$T/there" 3.12.5
	pyvern adopt "$T/there"
	fake_python 3.13.5
	mkdir -p "$PYVERN_ROOT/.adopted/3.12.5"
	cp -a "$PYVERN_ROOT/versions/3.13.5/.pyvern/seed" "$PYVERN_ROOT/.adopted/3.12.5/seed"
	printf %s "$T/there" >"$PYVERN_ROOT/.adopted/3.12.5/from"
	run -0 pyvern venv -p 3.12.5 env
	[ -x env/bin/pip ] && [ -e env/lib/python3.12/site-packages/pip/__init__.py ]
	[ ! -e "$T/there/.pyvern" ]
	# The link leads to another one now.
	elsewhere "$T/other" 3.12.6
	ln -sfn "$T/other" "$PYVERN_ROOT/versions/3.12.5"
	run -1 pyvern venv -p 3.12.5 env2
	[ ! -e env2 ]
	run -6 pyvern uninstall --yes 3.12.5
	pyvern uninstall --yes --force 3.12.5
	[ ! -e "$PYVERN_ROOT/.adopted/3.12.5" ]
}

@test "a search says what it passed over, and why" {
	elsewhere "$HOME/.local/share/uv/python/cpython-3.8.2" 3.8.2
	mkdir -p "$HOME/.pyenv/versions/shop/bin" "$HOME/.pyenv/versions/notes" "$HOME/.pyenv/versions/odd"
	echo "home = /nowhere/bin" >"$HOME/.pyenv/versions/shop/pyvenv.cfg"
	ln -s /nowhere/bin/python "$HOME/.pyenv/versions/shop/bin/python"
	riddle "$HOME/.pyenv/versions/odd/bin/python" <<<$'#!/bin/sh\nexit 1'
	run -0 --separate-stderr pyvern adopt --list
	[[ $stderr == *"= passed over   ~/.pyenv/versions/shop is a virtual environment, not a Python"* ]]
	[[ $stderr == *"= passed over   ~/.pyenv/versions/odd/bin/python"* ]]
	# No one would take that for a Python.
	[[ $stderr != *notes* ]]
	run -0 --separate-stderr pyvern adopt --list --json
	is_json "any('/shop is a virtual' in text for text in d['passed_over'])"
	run -0 --separate-stderr pyvern adopt --all --quiet
	[[ $stderr != *"passed over"* ]]
}
