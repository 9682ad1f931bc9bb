#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# pyvern outdated: of which installed versions there is a newer release.

bats_require_minimum_version 1.5.0
load ../lib/venv

setup() {
	venv_setup
	rm -r "$PYVERN_ROOT/versions"
	mkdir -p "$PYVERN_ROOT/catalog" "$PYVERN_ROOT/versions"
	sum=$(printf %064d 0)
	{
		echo '# pyvern catalogue 1'
		for version in 3.98.1 3.98.4 3.98.10 3.99.0 3.99.1rc1; do
			printf 'cpython\t%s\t\tsource\t\t\t\t\t\thttps://example.org/Python-%s.tar.xz\t%s\t1\n' \
				"$version" "$version" "$sum"
		done
	} >"$PYVERN_ROOT/catalog/fake.tsv"
}

outdated() {
	run -0 --separate-stderr pyvern outdated
	echo "$output"
}

@test "the newest installed of each series beside the newest that is known" {
	outdated
	[ -z "$output" ]
	fake_python 3.98.1
	fake_python 3.98.4
	fake_python 3.99.0
	fake_version 3.98.4t python
	fake_version 3.98.1-debug python
	fake_version 3.99.0b1 python
	fake_version mine python
	fake_version 3.97-dev python
	outdated
	[ "${#lines[@]}" -eq 3 ]
	[[ ${lines[0]} =~ ^3.98.1-debug\ +3.98.10-debug$ || ${lines[1]} =~ ^3.98.1-debug\ +3.98.10-debug$ || ${lines[2]} =~ ^3.98.1-debug\ +3.98.10-debug$ ]]
	grep -Eq '^3\.98\.4 +3\.98\.10$' <<<"$output"
	grep -Eq '^3\.98\.4t +3\.98\.10t$' <<<"$output"
}

@test "of a pre-release the final one; what was adopted is not ours" {
	fake_version 3.99.0rc2 python
	outdated
	[[ $output =~ ^3.99.0rc2\ +3.99.0$ ]]
	rm -r "$PYVERN_ROOT/versions/3.99.0rc2"
	mkdir -p "$T/elsewhere/bin"
	ln -s "$T/elsewhere" "$PYVERN_ROOT/versions/3.98.1"
	outdated
	[ -z "$output" ]
	run -2 pyvern outdated 3.98
}

@test "environments that follow, and that stay" {
	fake_python 3.98.4
	ln -s 3.98.4 "$PYVERN_ROOT/versions/3.98"
	echo "3.98 3.98.4" >"$PYVERN_ROOT/.aliases"
	pyvern rehash >/dev/null 2>&1
	cd "$HOME"
	pyvern venv -q -p 3.98.4 stays
	outdated
	[[ $output == *'1 environment stays' ]]
	run -0 --separate-stderr pyvern outdated --json
	[[ $output == *'"name": "3.98.4"'*'"newest": "3.98.10"'*'"stay": 1'* ]]
	pyvern venv -q -p 3.98 follows
	outdated
	[[ $output == *'  1 environment follows, 1 stays' ]]
	pyvern venv -q -p 3.98.4 stays-too
	outdated
	[[ $output == *'  1 environment follows, 2 stay' ]]
}
