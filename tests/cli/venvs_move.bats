#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern venvs move, clone, rename: what names the place is right afterwards, and nothing
# half-made has the new name. The rules of texts are in tests/unit/test_readdress.c.
# shellcheck disable=SC2154,SC2016 # run sets stderr; $() is to stay as it is

bats_require_minimum_version 1.5.0
load ../lib/venv
load ../lib/registry

setup() {
	venv_setup
	umask 022
	unset PYVERN_AUTO_INSTALL PYENV_AUTO_INSTALL VIRTUAL_ENV PYENV_VIRTUAL_ENV
	versions=$PYVERN_ROOT/versions
}

# An environment of python -m venv with its pip, and what editable installs leave.
real_env() {
	local packages
	/usr/bin/python3 -m venv "$1" 2>/dev/null || skip "this python3 makes no environment with pip"
	packages=$(echo "$1"/lib/python3*/site-packages)
	mkdir -p "$1/src/shop" "$packages/shop-1.0.dist-info" "$packages/tool-1.0.dist-info"
	printf '%s\n' "$1/src/shop" "$T/outside" >"$packages/easy.pth"
	printf '{"dir_info": {"editable": true}, "url": "file://%s/src/shop"}' "$1" \
		>"$packages/shop-1.0.dist-info/direct_url.json"
	printf '{"dir_info": {"editable": true}, "url": "file://%s/tool"}' "$T/outside" \
		>"$packages/tool-1.0.dist-info/direct_url.json"
	printf 'Metadata-Version: 2.1\nName: shop\nVersion: 1.0\n' >"$packages/shop-1.0.dist-info/METADATA"
	printf '%s\n' "easy.pth,$(digest "$packages/easy.pth")" \
		"shop-1.0.dist-info/direct_url.json,$(digest "$packages/shop-1.0.dist-info/direct_url.json")" \
		'shop-1.0.dist-info/RECORD,,' >"$packages/shop-1.0.dist-info/RECORD"
}

digest() {
	/usr/bin/python3 -c '
import base64, hashlib, sys
b = open(sys.argv[1], "rb").read()
d = base64.urlsafe_b64encode(hashlib.sha256(b).digest()).rstrip(b"=").decode()
print("sha256=%s,%d" % (d, len(b)), end="")' "$1"
}

# All that RECORD says of the environment's files is so.
records_hold() {
	/usr/bin/python3 - "$1" <<-'END'
		import base64, csv, glob, hashlib, os, sys
		seen = 0
		for record in glob.glob(glob.escape(sys.argv[1]) + "/lib/python3*/site-packages/*.dist-info/RECORD"):
		    base = os.path.dirname(os.path.dirname(record))
		    for path, digest, size in csv.reader(open(record)):
		        if not digest:
		            continue
		        data = open(os.path.join(base, path), "rb").read()
		        have = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
		        assert digest == "sha256=" + have and int(size) == len(data), (record, path)
		        seen += 1
		assert seen
	END
}

# The environment DIR works from where it is, and nothing in it names OLD.
is_at() {
	local packages found
	packages=$(echo "$1"/lib/python3*/site-packages)
	[ "$("$1/bin/python" -c 'import sys; print(sys.prefix)')" = "$1" ] || return
	[[ $("$1/bin/pip" --version) == *"from $1/lib/"* ]] || return
	# shellcheck disable=SC1091
	[ "$(. "$1/bin/activate" && echo "$VIRTUAL_ENV $(command -v python)")" = "$1 $1/bin/python" ] || return
	[ "$(sed -n 1p "$packages/easy.pth")" = "$1/src/shop" ] || return
	[ "$(sed -n 2p "$packages/easy.pth")" = "$T/outside" ] || return
	grep -q "$T/outside/tool" "$packages/tool-1.0.dist-info/direct_url.json" || return
	records_hold "$1" || return
	found=$(grep -rIlF --include='*' -e "$2/" -e "$2'" -e "$2\"" "$1" || :)
	found+=$(find "$1" -lname "$2*")
	[ -z "$found" ] || { echo "names $2: $found"; return 1; }
}

@test "move: a real one of python -m venv, with pip and editable installs" {
	real_env "$PWD/old"
	pyvern trust -q old
	before=$(stat -c %i old)
	run --separate-stderr pyvern venvs move old new/site
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[[ $stderr =~ ^"~ old      now $PWD/new/site   "[0-9]+" files changed"$ ]]
	[ ! -e old ]
	[ "$(stat -c %i new/site)" = "$before" ]
	is_at "$PWD/new/site" "$PWD/old"
	grep -q '(site) ' new/site/bin/activate
	knows "trusted /usr - $PWD/new/site"
	run --separate-stderr pyvern trust --list
	[ "$output" = "trusted  $PWD/new/site" ]
	# And back: then it is as it was.
	pyvern venvs move new/site old
	is_at "$PWD/old" "$PWD/new/site"
}

@test "move: to a place with blanks and back, and what is written anew is said" {
	real_env "$PWD/old"
	echo 'export MINE=1' >>old/bin/activate
	run --separate-stderr pyvern venvs move old 'new place'
	[ "$status" -eq 0 ]
	[[ $stderr == *"! bin/activate   is written anew: what was added to it is lost"* ]]
	is_at "$PWD/new place" "$PWD/old"
	[ "$(head -c 9 'new place/bin/pip')" = '#!/bin/sh' ]
	run --separate-stderr pyvern venvs move 'new place' plain
	[ "$status" -eq 0 ]
	is_at "$PWD/plain" "$PWD/new place"
	[ "$(head -1 plain/bin/pip)" = "#!$PWD/plain/bin/python3" ]
}

@test "move: an activation script is changed as it stands; a prompt of its own stays" {
	pyvern venv -q -p 3.13 --prompt mine old
	echo "export MINE=$PWD/old/data ON=1" >>old/bin/activate
	pyvern venvs move -- old new 2>/dev/null
	grep -qx "export MINE=$PWD/new/data ON=1" new/bin/activate
	grep -qx "VIRTUAL_ENV_PROMPT='mine'" new/bin/activate
	grep -qx "prompt = 'mine'" new/pyvenv.cfg
	pyvern venv -q -p 3.13 named
	pyvern venvs move named other 2>/dev/null
	grep -qx "VIRTUAL_ENV_PROMPT='other'" other/bin/activate
	knows "made 3.13.5 - $PWD/new" "made 3.13.5 - $PWD/other"
}

@test "clone: a second one, with an id of its own; the first is as it was" {
	real_env "$PWD/one"
	pyvern trust -q one
	before=$(cd one && find . -type f -exec cksum {} + | sort)
	run --separate-stderr pyvern venvs clone one two
	[ "$status" -eq 0 ]
	[[ $stderr =~ ^"+ two      like $PWD/one   "[0-9]+" files changed"$ ]]
	is_at "$PWD/two" "$PWD/one"
	is_at "$PWD/one" "$PWD/two"
	[ "$(cd one && find . -type f -exec cksum {} + | sort)" = "$before" ]
	knows "trusted /usr - $PWD/one" "made /usr - $PWD/two"
	[ "$(cat one/pyvenv.cfg two/pyvenv.cfg | grep '^pyvern-id' | sort -u | wc -l)" -eq 2 ]
	# Compiled files name the time of their source.
	one=$(echo one/lib/python3*/site-packages/pip/__init__.py)
	[ "$(stat -c %Y "$one")" = "$(stat -c %Y "two/${one#one/}")" ]
	# Installing into one does not change the other.
	two/bin/python -c 'import pip' && rm -r two/lib
	is_at "$PWD/one" "$PWD/two"
}

@test "clone: what nobody trusts is not trusted at another place either" {
	real_env "$PWD/one"
	echo 'pyvern-id = 0123456789abcdef0123456789abcdef' >>one/pyvenv.cfg
	pyvern venvs clone one two 2>/dev/null
	knows "found /usr - $PWD/two"
	run grep -c pyvern-id two/pyvenv.cfg
	[ "$output" = 0 ]
	run --separate-stderr pyvern trust --list
	[ -z "$output" ]
}

@test "clone: pip's files are shared, as venv shares them; a named one can be cloned, too" {
	pyvern virtualenv -q 3.13 notes
	pyvern venvs clone notes "$T/copy" 2>/dev/null
	is_environment "$T/copy" 3.13.5
	file=lib/python3.13/site-packages/pip/__init__.py
	if [ "$(stat -c %h "$versions/notes/$file")" -gt 1 ]; then
		[ "$versions/notes/$file" -ef "$T/copy/$file" ]
	fi
	[ ! "$versions/notes/lib/python3.13/site-packages/pip/RECORD" -ef \
		"$T/copy/lib/python3.13/site-packages/pip/RECORD" ]
	grep -qx "VIRTUAL_ENV='$T/copy'" "$T/copy/bin/activate"
	knows "made 3.13.5 - $versions/3.13.5/envs/notes" "made 3.13.5 - $T/copy"
}

@test "rename: a named one, with its link, its record and its shims" {
	ln -s 3.13.5 "$versions/3.13"
	echo "3.13 3.13.5" >"$PYVERN_ROOT/.aliases"
	pyvern virtualenv -q 3.13 notes
	program 3.13.5/envs/notes jot <<-END
		#!$versions/3.13.5/envs/notes/bin/python
	END
	pyvern rehash
	pyvern local notes
	run --separate-stderr pyvern venvs rename notes journal
	[ "$status" -eq 0 ]
	[[ ${stderr_lines[0]} =~ ^"~ notes    now journal   "[0-9]+" files changed"$ ]]
	[[ $stderr == *"! pin      $PWD/.python-version asks for notes still"*"to fix   pyvern local journal"* ]]
	[ ! -e "$versions/notes" ] && [ ! -L "$versions/notes" ]
	[ ! -e "$versions/3.13.5/envs/notes" ]
	[ "$(readlink "$versions/journal")" = "$versions/3.13.5/envs/journal" ]
	[ "$(head -1 "$versions/journal/bin/jot")" = "#!$versions/3.13.5/envs/journal/bin/python" ]
	grep -qx "VIRTUAL_ENV='$versions/3.13.5/envs/journal'" "$versions/journal/bin/activate"
	grep -qx "VIRTUAL_ENV_PROMPT='journal'" "$versions/journal/bin/activate"
	knows "made 3.13.5 3.13 $versions/3.13.5/envs/journal"
	[ "$(PYENV_VERSION=journal pyvern which jot)" = "$versions/journal/bin/jot" ]
	has_only "$PYVERN_ROOT/.staging"
	run --separate-stderr pyvern venvs
	[[ $output == *"  journal  3.13.5 (3.13)"* ]]
}

@test "rename: what is there, what is no name, what is not named" {
	pyvern virtualenv -q 3.13 notes
	pyvern virtualenv -q 3.13 tools
	pyvern venv -q -p 3.13 here
	refuses 6 "tools exists already" pyvern venvs rename notes tools
	refuses 6 "3.13.5 exists already" pyvern venvs rename notes 3.13.5
	for name in '' .x a/b system -x; do
		refuses 2 "an environment cannot be called" pyvern venvs rename -- notes "$name"
	done
	refuses 3 "here is no named environment" pyvern venvs rename here there
	refuses 3 "nope is no named environment" pyvern venvs rename nope there
	is_environment "$versions/notes" 3.13.5
	[ -x "$versions/tools/bin/python" ]
}

@test "what is refused, with nothing changed" {
	pyvern venv -q -p 3.13 one
	pyvern venv -q -p 3.13 two
	pyvern virtualenv -q 3.13 notes
	mkdir full && : >full/file
	before=$(find . -exec stat -c '%n %i %s %Y' {} + | sort)$(known)
	for verb in move clone; do
		refuses 6 "$PWD/two exists already" pyvern venvs "$verb" one two
		refuses 6 "$PWD/full exists already" pyvern venvs "$verb" one full
		refuses 3 "full is no environment" pyvern venvs "$verb" full x
		refuses 3 "nope is no environment" pyvern venvs "$verb" nope x
		refuses 2 "" pyvern venvs "$verb" one 'a:b'
		refuses 2 "" pyvern venvs "$verb" one one/inner
		refuses 2 "" pyvern venvs "$verb" one ''
		refuses 2 "venvs: these words mean nothing together" pyvern venvs "$verb" one
		refuses 2 "--json is for what venvs shows" pyvern venvs "$verb" one x --json
	done
	refuses 2 "notes is a named environment" pyvern venvs move notes x
	[[ $stderr == *"pyvern venvs rename notes NEW"* ]]
	[ "$(find . -exec stat -c '%n %i %s %Y' {} + | sort)$(known)" = "$before" ]
}

@test "to another file system: copied, then the first one goes; it stays trusted" {
	[ "$(stat -c %d /dev/shm 2>/dev/null)" != "$(stat -c %d .)" ] && [ -w /dev/shm ] ||
		skip "no other file system to write to"
	other=$(mktemp -d /dev/shm/pyvern-test-XXXXXX)
	pyvern venv -q -p 3.13 one
	pyvern venvs move one "$other/two" 2>/dev/null
	[ ! -e one ]
	is_environment "$other/two" 3.13.5
	knows "made 3.13.5 - $other/two"
	run --separate-stderr pyvern trust --list
	rm -r "$other"
	[ "$output" = "made  $other/two" ]
}

@test "a place that cannot be written: as it was" {
	pyvern venv -q -p 3.13 one
	mkdir closed
	chmod 555 closed
	before=$(cd one && find . -type f -exec cksum {} + | sort)
	with_plain_rights pyvern venvs move one closed/two
	[ "$status" -ne 0 ]
	with_plain_rights pyvern venvs clone one closed/two
	[ "$status" -ne 0 ]
	[ "$(cd one && find . -type f -exec cksum {} + | sort)" = "$before" ]
	has_only closed
	chmod 755 closed
	pyvern venvs move one closed/two 2>/dev/null
	is_environment closed/two 3.13.5
}

@test "one that is active: said" {
	pyvern venv -q -p 3.13 one
	VIRTUAL_ENV=$PWD/one run --separate-stderr pyvern venvs move one two
	[ "$status" -eq 0 ]
	[[ $stderr == *"! one      is active in this shell, by its old place"* ]]
}

@test "hostile names" {
	pyvern venv -q -p 3.13 start
	from=start
	while IFS= read -r name; do
		pyvern venvs move -- "$from" "p/$name" 2>/dev/null
		from=p/$name
		[ "$(sh -c '. "$1/bin/activate" && echo "$VIRTUAL_ENV"' sh "./$from")" = "$PWD/$from" ]
		[ "$(bash -c '. "$1/bin/activate" && echo "$VIRTUAL_ENV"' sh "./$from")" = "$PWD/$from" ]
		known | grep -qxF "made 3.13.5 - $PWD/$from"
		pyvern venvs clone -- "$from" "c/$name" 2>/dev/null
		[ "$(sh -c '. "$1/bin/activate" && echo "$VIRTUAL_ENV"' sh "./c/$name")" = "$PWD/c/$name" ]
	done < <(hostile_names)
	pyvern venvs move -- "$from" end 2>/dev/null
	is_environment end 3.13.5
	[ "$(sh -c '. end/bin/activate && echo "$VIRTUAL_ENV"')" = "$PWD/end" ]
	[ ! -e pwned ]
	[ "$(known | wc -l)" -eq "$(($(hostile_names | wc -l) + 1))" ]
}
