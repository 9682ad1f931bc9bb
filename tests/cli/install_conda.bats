#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern install: installer scripts of the conda family.

bats_require_minimum_version 1.5.0
load ../lib/packages

setup_file() {
	packages 'conda miniforge3-99.1.0-0' 'conda miniconda3-py312_99.7.1-0-of-a-long-name'
}

setup() {
	own_root
	unset CONDA_PREFIX
}

@test "it runs into the stage, and the version knows only its own place" {
	for name in miniforge3-99.1.0-0 miniconda3-py312_99.7.1-0-of-a-long-name; do
		run -0 pyvern install "$name"
		echo "$output"
		prefix=$PYVERN_ROOT/versions/$name
		[[ "$output" == *"+ $name"*"installer for $(uname -m)"* ]]
		[[ "$output" != *"no pip"* ]]
		[ "$(head -n 1 "$prefix/bin/conda")" = "#!$prefix/bin/python" ]
		[ "$(readlink "$prefix/bin/far")" = "$prefix/bin/conda" ]
		tr '\0' '\n' <"$prefix/lib/libfake.so" | grep -qx "$prefix/lib"
		grep -q "$(sha256sum "$prefix/bin/conda" | cut -d' ' -f1)" "$prefix/conda-meta/conda.json"
		run -1 grep -rq '\.staging' "$prefix"
		# Its list of environments would have gone into the user's home.
		[ ! -e "$HOME/.conda" ]
		[ -z "$(ls -A "$PYVERN_ROOT/.staging")" ]
	done
	[ "$(PYENV_VERSION=miniforge3-99.1.0-0 "$PYVERN_ROOT/shims/python" --version)" = "Python 3.12.4" ]
	run -0 pyvern install miniforge3
	[[ "$output" == *"= miniforge3-99.1.0-0"*"installed"* ]]
}

@test "one that fails leaves its words, its log and no version" {
	FAKE_FAIL=1 run -1 pyvern install miniforge3-99.1.0-0
	echo "$output"
	[[ "$output" == *"miniforge3-99.1.0-0: its installer failed with status 1"* ]]
	[[ "$output" == *"no room left"* ]]
	grep -q 'no room left' "$PYVERN_ROOT"/logs/miniforge3-99.1.0-0-*.log
	[ ! -e "$PYVERN_ROOT/versions/miniforge3-99.1.0-0" ]
	[ -z "$(ls -A "$PYVERN_ROOT/.staging")" ]
}

@test "a root with a blank, which such scripts refuse" {
	PYVERN_ROOT="$T/a root"
	mkdir -p "$PYVERN_ROOT/catalog" && cp "$PKG/fake.tsv" "$PYVERN_ROOT/catalog/"
	run -1 pyvern install miniforge3-99.1.0-0
	echo "$output"
	[[ "$output" == *"its installer refuses a path with a blank"* ]]
	[[ "$output" == *"to fix"*"PYVERN_ROOT"* ]]
}

@test "what cannot be installed is named with the reason" {
	run -3 pyvern install jython-2.7.3
	echo "$output"
	[[ "$output" == *"jython-2.7.3 cannot be installed"* ]]
	[[ "$output" == *"because  it is a program for Java"* ]]
}
