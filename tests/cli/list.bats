#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern list: what can be installed, for people and for programs.
# shellcheck disable=SC2154 # run --separate-stderr sets stderr

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
	mkdir -p "$PYVERN_ROOT/catalog"
	arch=$(uname -m)
	libc=gnu
	if ldd --version 2>&1 | grep -q musl; then libc=musl; fi
	digest=$(printf 'a%.0s' $(seq 64))
	{
		echo '# pyvern catalogue 1'
		row 9.8.7 '' source '' '' '' '' 1000000
		row 9.8.7 '' standalone linux "$arch" "$libc" 20310102 2500000
		row 9.8.9 '' source '' '' '' '' 0
		row 9.9.0rc1 '' standalone linux "$arch" "$libc" 20310103 0
		row 9.9.1 freethreaded standalone linux "$arch" "$libc" 20310103 0
		row 9.9.9 '' standalone linux "$arch" nosuchlibc 20310103 0
	} >"$PYVERN_ROOT/catalog/own.tsv"
	printf '# pyvern series 1\n9.8\t2000-01-01\t2001-01-31\t2999-01-31\n9.9\t2000-01-01\t2001-01-31\t2002-01-31\n' \
		>"$PYVERN_ROOT/catalog/series.txt"
}

# row VERSION VARIANT KIND OS ARCH LIBC BUILD SIZE
row() {
	printf 'cpython\t%s\t%s\t%s\t%s\t%s\t%s\t\t%s\thttps://x/%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "$5" \
		"$6" "$7" "$1$2$3.tar.gz" "$digest" "$8"
}

# The columns of VERSION's line, blanks squeezed.
line_of() {
	grep -E "^[* ] +$1 " <<<"$output" | sed 's/  */ /g; s/ $//'
}

@test "the newest of each series that somebody looks after, or that is installed" {
	run --separate-stderr pyvern list
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(line_of 9.8.9)" = " 9.8.9 source security fixes until 2999-01" ]
	grep -q 'standalone' <<<"$(line_of '3\.1[0-9]\.[0-9]+')"
	[ -z "$(line_of 2.7.18)" ]
	[[ "$stderr" == *"older series have reached their end of life: pyvern list --all"* ]]
	grep -q '^  miniforge3-.*installer' <<<"$output"
	[ "$(grep -c '^  pypy' <<<"$output")" -le 1 ]
	mkdir -p "$PYVERN_ROOT/versions/2.7.18/bin" "$PYVERN_ROOT/versions/9.8.7/bin"
	run --separate-stderr pyvern list
	grep -q '^  version ' <<<"$output"
	grep -q '^\* 2\.7\.18 .*end of life since 2020-04$' <<<"$output"
	[ "$(line_of 9.8.9)" = " 9.8.9 9.8.7 source security fixes until 2999-01" ]
}

@test "every release that a request stands for, with size and date" {
	run -0 pyvern list 9.8
	echo "$output"
	[ "$(line_of 9.8.7)" = " 9.8.7 standalone, source 2.5 MB 2031-01-02 security fixes until 2999-01" ]
	[ "$(line_of 9.8.9)" = " 9.8.9 source security fixes until 2999-01" ]
	run -0 pyvern list 9.9t
	[ "$(line_of 9.9.1t)" = " 9.9.1t standalone 2031-01-03 end of life since 2002-01" ]
	run -0 pyvern list 9.9.0rc1
	[[ "$(line_of 9.9.0rc1)" == *"not final" ]]
	# For another C library.
	run -3 pyvern list 9.9.9
	[[ "$output" == *"no Python matches 9.9.9"* ]]
	run -2 pyvern list '>='
	run -2 pyvern list 3.12 3.13
}

@test "all, and what cannot be installed" {
	run -0 pyvern list --all
	[ -n "$(line_of 9.8.7)" ]
	[ -n "$(line_of 3.13.5t)" ]
	[ -n "$(line_of 2.7.18)" ]
	grep -q '^- jython-2.7.3  it is a program for Java' <<<"$output"
	# Each name once.
	[ -z "$(grep '^[* ]' <<<"$output" | awk '{print $1 == "*" ? $2 : $1}' | sort | uniq -d)" ]
}

@test "as JSON" {
	mkdir -p "$PYVERN_ROOT/versions/9.8.7/bin"
	run -0 pyvern list --json 9.8
	python3 - "$output" <<-'PYTHON'
		import json, sys
		document = json.loads(sys.argv[1])
		assert document["schema"] == 1 and document["refused"] == []
		old, new = document["versions"]
		assert old == {"version": "9.8.7", "family": "cpython", "final": True, "installed": True,
		               "standalone": True, "source": True, "installer": False,
		               "build": "20310102", "built": "2031-01-02", "size": 2500000,
		               "released": "2000-01-01", "bugfixes_until": "2001-01-31",
		               "end_of_life": "2999-01-31"}, old
		assert new["size"] is None and new["build"] is None and not new["installed"]
	PYTHON
	pyvern list --json --all >"$BATS_TEST_TMPDIR/all.json"
	python3 - "$BATS_TEST_TMPDIR/all.json" <<-'PYTHON'
		import json, sys
		with open(sys.argv[1], encoding="utf-8") as file:
		    refused = {r["version"]: r["because"] for r in json.load(file)["refused"]}
		assert "Java" in refused["jython-2.7.3"]
	PYTHON
}
