# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# A private home, root and installation with a made-up Python that environments
# can be made on: it has facts and a seed. Source it with `load ../lib/venv`.

# shellcheck source=tests/lib/selection.bash
. "$PYVERN_TEST_SOURCE/tests/lib/selection.bash"

venv_setup() {
	selection_setup
	rm -r "$PYVERN_ROOT/versions"
	fake_python 3.13.5
	pyvern rehash >/dev/null 2>&1
}

# Make the version NAME as a build leaves it: an interpreter that knows its
# version, the landmarks of a standard library, facts, and a seed with one package
# whose command says what it is.
fake_python() {
	local name=$1 tree=$PYVERN_ROOT/versions/$1 language=${1%.*} file seed
	seed=$tree/.pyvern/seed
	fake_version "$name" python3 "python$language"
	mkdir -p "$tree/lib/python$language/site-packages" "$tree/include/python$language" \
		"$seed/files/pip"
	echo '# landmark' >"$tree/lib/python$language/os.py"
	printf '#define PY_VERSION "%s"\n' "$name" >"$tree/include/python$language/patchlevel.h"
	printf '%s\n' implementation=cpython "version=$name" "abi=cpython-${language/./}" \
		"stdlib=lib/python$language" "platlib=lib/python$language/site-packages" \
		"executable=bin/python$language" "executables=python python3 python$language" \
		wheels= >"$tree/.pyvern/facts"
	{
		printf '%s\n' 'pyvern-seed 1' 'package pip 1.0' 'script pip pip main' 'dir .' 'dir pip'
		for file in __init__.py RECORD; do
			echo "# $file" >"$seed/files/pip/$file"
			chmod 444 "$seed/files/pip/$file"
			touch -d @1700000000 "$seed/files/pip/$file"
		done
		printf 'file %d 1700000000 __init__.py\n' "$(wc -c <"$seed/files/pip/__init__.py")"
		printf 'copy %d 1700000000 RECORD\n' "$(wc -c <"$seed/files/pip/RECORD")"
	} >"$seed/index"
}

# Whether DIR is an environment of VERSION, whole: what is made last is there.
is_environment() {
	grep -qx "version = $2" "$1/pyvenv.cfg" && [ -x "$1/bin/pip" ] && [ -e "$1/bin/activate" ] &&
		[ -e "$1/lib/python${2%.*}/site-packages/pip/__init__.py" ] && [ -x "$1/bin/python" ]
}

# The folder has these names and no others: nothing half-made is left.
has_only() {
	local have
	have=$(ls -A "$1")
	[ "$have" != "$(printf '%s\n' "${@:2}" | sort)" ] || return 0
	printf 'in %s:\n%s\n' "$1" "$have" >&2
	return 1
}
