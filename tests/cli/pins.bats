#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Pins in all dialects, requires-python, ranges: what shims and commands make of them

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
	fake_version 3.9.2 python3 python3.9
	pyvern rehash >/dev/null 2>&1
}

# Make the pyproject.toml of the working folder, which asks for a range.
project() {
	printf '[project]\nname = "shop"\nrequires-python = "%s"\n' "$1" >pyproject.toml
}

pyenv_face() {
	pyvern config set face pyenv
}

@test "uv's and asdf's files are pins; pyenv's own comes first" {
	printf 'nodejs 20.1\npython 3.9 3.12 # ours\n' >.tool-versions
	run python
	is_output 3.9.2
	run black
	is_output 3.12.1
	run pyvern version
	is_output "3.9.2 (set by $T/project/.tool-versions)" \
		"3.12.1 (set by $T/project/.tool-versions)"
	printf '3.12\n3.9\n' >.python-versions
	run python
	is_output 3.12.1
	pin 3.13
	run python
	is_output 3.13.5
	run pyvern version-file
	is_output "$T/project/.python-version"
}

@test "what .tool-versions says to other tools is no pin" {
	pin 3.12
	mkdir sub
	cd sub
	printf '# python 3.9\nnodejs 20.1\n' >.tool-versions
	run python
	is_output 3.12.1
	run pyvern version-file
	is_output "$T/project/.python-version"
	echo python >>.tool-versions
	run -127 python
	[ "${lines[0]}" = "pyvern: $T/project/sub/.tool-versions:3 cannot be used: names no version" ]
}

@test "mise's spellings; what names no version is refused with the reason" {
	printf 'python prefix:3.12\n' >.tool-versions
	run python
	is_output 3.12.1
	printf 'python latest:3.12\n' >.tool-versions
	run python
	is_output 3.12.1
	printf 'python ref:main path:/opt/python 3.12\n' >.tool-versions
	run --separate-stderr python
	[ "$output" = 3.12.1 ]
	[[ $stderr == *".tool-versions:1 and 1 more lines are passed over: ref: names a revision"* ]]
	run pyvern local path:/opt/python
	[ "$status" -eq 2 ]
	[[ $output == *"path: names a folder, not a version"* ]]
}

@test "pyenv.md 2: pyenv's face reads .python-version, and a range is a name" {
	pyenv_face
	echo 3.12 >.python-versions
	echo 'python 3.12' >.tool-versions
	project '>=3.9,<3.13'
	run python
	is_output system
	pin '>=3.9,<3.13'
	run pyvern version
	[ "$status" -eq 1 ]
	[[ $output == *"version \`>=3.9,<3.13' is not installed (set by $T/project/.python-version)" ]]
	run pyvern local --range '>=3.9'
	[ "$status" -eq 1 ]
	is_output "pyenv: --range: no range is read in this root"
	[ "$(cat .python-version)" = '>=3.9,<3.13' ]
}

@test "requires-python chooses the newest installed version that it allows" {
	project '>=3.9, <3.13'
	mkdir -p src/deep
	cd src/deep
	run python
	is_output 3.12.1
	run pyvern version
	is_output "3.12.1 (set by $T/project/pyproject.toml)"
	run pyvern version-file
	is_output "$T/project/pyproject.toml"
	run pyvern version-file-read "$output"
	is_output ">=3.9, <3.13"
	run pyvern local
	[ "$status" -eq 1 ]
	# Nothing was installed by the way, and a pin anywhere above comes first.
	echo 3.9 >"$T/.python-version"
	run python
	is_output 3.9.2
}

@test "Poetry's caret" {
	printf '[tool.poetry.dependencies]\npython = "^3.9"\n' >pyproject.toml
	run python
	is_output 3.13.5
	printf '[tool.poetry.dependencies]\npython = "~3.9"\n' >pyproject.toml
	run python
	is_output 3.9.2
}

@test "requires-python of what is not installed: who asks, and what to type" {
	project '>=3.14'
	run -127 python
	is_output "pyvern: python must be >=3.14 here, and no such version is installed" \
		"  asked by  $T/project/pyproject.toml:3" \
		"  to fix    pyvern install"
	run -127 black
	[ "${lines[0]}" = "pyvern: black comes from a Python >=3.14 here, and no such version is installed" ]
	run pyvern version
	[ "$status" -eq 3 ]
	[ "${lines[0]}" = "pyvern: no version that is installed is >=3.14" ]
	# A command's own version comes from elsewhere.
	run python3.9
	is_output 3.9.2
}

@test "a malformed pyproject.toml is named with line and reason" {
	printf '[project]\nname = "shop\nrequires-python = ">=3.9"\n' >pyproject.toml
	run -127 python
	is_output "pyvern: $T/project/pyproject.toml:2 cannot be used: a quote is not closed on its line" \
		"  to fix   mend it, or pyvern local VERSION"
	printf '[project]\nrequires-python = "work"\n' >pyproject.toml
	run -127 python
	[[ ${lines[0]} == "pyvern: $T/project/pyproject.toml:2 cannot be used: each version in a range needs an operator (>=3.11)" ]]
	run pyvern install
	[ "$status" -eq 1 ]
	[[ $output == *"pyproject.toml:2 cannot be used"* ]]
	# A pin is the way out that was named.
	pyvern local 3.12
	run python
	is_output 3.12.1
}

@test "install without a name: what the pin or the project asks for" {
	project '~=3.12.0'
	run pyvern install
	[ "$status" -eq 0 ]
	is_output "= 3.12.1   installed"
	project '>=4.7,<5'
	run pyvern install
	[ "$status" -eq 3 ]
	is_output "pyvern: no Python matches >=4.7,<5" "  asked by  $T/project/pyproject.toml:3" \
		"  to fix    pyvern install --list"
	project '>=3.9'
	printf 'python 3.9 system\n' >.tool-versions
	run pyvern install
	is_output "= 3.9.2    installed" "= system   is not ours to install"
}

@test "a range is a request, wherever one is taken" {
	run pyvern latest '>=3.9,<3.13'
	is_output 3.12.1
	run pyvern latest -k '>=3.9,<3.10'
	[ "$status" -eq 0 ]
	[[ $output == 3.9.* ]]
	run pyvern latest '>=3.14'
	[ "$status" -eq 3 ]
	[ "${lines[1]}" = "  to fix   pyvern install '>=3.14'" ]
	run pyvern prefix '~=3.12.0'
	is_output "$PYVERN_ROOT/versions/3.12.1"
	PYENV_VERSION='>=3.9,!=3.13.*' run python
	is_output 3.12.1
	PYENV_VERSION='>=3.9,!=3.13.*' run pyvern version
	is_output "3.12.1 (set by PYENV_VERSION environment variable)"
	run pyvern install '>=3.9,<3.10,<'
	[ "$status" -eq 2 ]
	run pyvern uninstall --yes '>=3.9'
	[ "$status" -eq 2 ]
	[[ $output == *">=3.9 can be 3 versions here"* ]]
	run pyvern uninstall --yes '<3.10'
	[ "$status" -eq 0 ]
	[ ! -e "$PYVERN_ROOT/versions/3.9.2" ]
}

@test "a pinned range may have blanks; other words of a line are ignored" {
	pin '>= 3.9 , <3.13 # for now'
	run python
	is_output 3.12.1
	pin '>=3.9 <3.13'
	run -127 python
	[[ ${lines[0]} == *"/.python-version:1 cannot be used: what follows an operator is no version" ]]
}

@test "a pin that contradicts the project: one warning, from who shows or sets it" {
	project '>=3.12'
	warning="! warning  $T/project/.python-version asks for 3.9.2, and $T/project/pyproject.toml:3 requires Python >=3.12"
	run --separate-stderr pyvern local 3.9
	[ "$status" -eq 0 ]
	[ "$stderr" = "$warning" ]
	run --separate-stderr pyvern use 3.9
	[ "${stderr_lines[2]}" = "$warning" ]
	run --separate-stderr pyvern version
	[ "$output" = "3.9.2 (set by $T/project/.python-version)" ]
	[ "$stderr" = "${warning/.python-version/.python-version:1}" ]
	run --separate-stderr pyvern install
	[ "${stderr_lines[0]}" = "${warning/.python-version/.python-version:1}" ]
	# Not from what runs programs, and what scripts read.
	for command in "python" "pyvern exec python" "pyvern which python" "pyvern version-name"; do
		# shellcheck disable=SC2086 # words of a command
		run --separate-stderr $command
		[ "$stderr" = "" ]
	done
	pin 3.13
	run --separate-stderr pyvern version
	[ "$stderr" = "" ]
	# What is not installed is judged by its name.
	run --separate-stderr pyvern local --force 3.8
	[[ $stderr == *"asks for 3.8, and"* ]]
	run --separate-stderr pyvern local --force 3.12
	[ "$stderr" = "" ]
}

# What others can write is passed over, as with pins.
@test "a pyproject.toml that is no file, or may not be read" {
	mkfifo pyproject.toml
	run python
	is_output system
	rm pyproject.toml
	ln -s /dev/zero pyproject.toml
	run python
	is_output system
	rm pyproject.toml
	head -c 1100000 /dev/zero | tr '\0' '\n' >pyproject.toml
	run -127 python
	[[ ${lines[0]} == *"cannot be used: the file is larger than 1 MiB" ]]
	printf 'a = 1\n[project]\nrequires-python = ">=3.9"\n' >pyproject.toml
	[ "$(id -u)" -ne 0 ] || return 0
	chmod 000 pyproject.toml
	run -127 python
	[[ ${lines[0]} == *"pyproject.toml cannot be used: may not be read" ]]
}
