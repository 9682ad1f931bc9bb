# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154,SC2317 # the tests have these variables, battery-ground makes them
# The commands that the battery lets something happen to. `begin NAME` makes what one starts
# from and defines
#
#	$command	what is run
#	is_sound	what must hold at any moment
#	again		the same command once more finishes it, or has nothing to do
#	is_done		it has done its work
#
# Source it with `load ../lib/battery-commands`, after battery-ground.

# 9.9.1, with an environment that follows 9.9.
with_environment() {
	pyvern install -q 9.9.1
	pyvern global 9.9
	pyvern venv -q --without-pip -p 9.9 "$HOME/project/env"
}

# The alias leads to a whole version, on which the environment starts.
environment_is_sound() {
	versions_are_whole || return
	local at
	at=$(readlink "$versions/9.9")
	is "the alias leads nowhere" [ -x "$versions/$at/bin/python" ] &&
		is "the environment is not on $at" \
			[ "$("$HOME/project/env/bin/python" --version)" = "Python $at" ]
}

# What has the name of an environment has all of it, and starts.
environment_is_whole() {
	[ -e "$HOME/project/env" ] || return 0
	find "$HOME/project/env" -printf '%P %y %l\n' | sort >"$T/env-names"
	[ ! -e "$T/env-expected" ] || is "half of it" diff "$T/env-expected" "$T/env-names" || return
	is "it does not start" "$HOME/project/env/bin/python" --version
}

begin_prebuilt() {
	command=(pyvern install 9.9.2)
	again() {
		is "the next one" pyvern install --skip-existing 9.9.2
	}
	is_done() {
		[ -x "$versions/9.9.2/bin/python" ] && [ -e "$PYVERN_ROOT/shims/python9.9" ]
	}
}

begin_source() {
	command=(pyvern install 9.8.1)
	again() {
		is "the next one" pyvern install --skip-existing 9.8.1
	}
	is_done() {
		[ -x "$versions/9.8.1/bin/python" ] && [ -e "$PYVERN_ROOT/shims/python9.8" ]
	}
}

begin_uninstall() {
	pyvern install -q 9.9.1
	pyvern install -q 9.8.1
	command=(pyvern uninstall --yes 9.8.1)
	again() {
		[ ! -e "$versions/9.8.1" ] || is "the next one" pyvern uninstall --yes 9.8.1 || return
		is "the next rehash" pyvern rehash
	}
	is_done() {
		[ ! -e "$versions/9.8.1" ] && [ ! -L "$versions/9.8" ] &&
			[ ! -e "$PYVERN_ROOT/shims/python9.8" ]
	}
}

begin_upgrade() {
	with_environment
	command=(pyvern upgrade 9.9)
	is_sound() {
		environment_is_sound
	}
	again() {
		is "the next one" pyvern upgrade 9.9
	}
	is_done() {
		[ "$(readlink "$versions/9.9")" = 9.9.2 ]
	}
}

begin_rollback() {
	with_environment
	pyvern upgrade -q 9.9
	command=(pyvern rollback 9.9)
	is_sound() {
		environment_is_sound
	}
	again() {
		is_done || is "the next one" pyvern rollback 9.9
	}
	is_done() {
		[ "$(readlink "$versions/9.9")" = 9.9.1 ]
	}
}

begin_rehash() {
	pyvern install -q 9.9.1
	pyvern install -q 9.8.1
	rm -rf "${PYVERN_ROOT:?}/shims" "$PYVERN_ROOT/.rehashed" "$PYVERN_ROOT/face"
	command=(pyvern rehash)
	again() {
		is "the next one" pyvern rehash
	}
	is_done() {
		[ -x "$PYVERN_ROOT/shims/python9.8" ] && [ -x "$PYVERN_ROOT/shims/pydoc9.9" ] &&
			[ -s "$PYVERN_ROOT/face" ]
	}
}

begin_venv() {
	pyvern install -q 9.9.1
	command=(pyvern venv --without-pip -p 9.9 env)
	is_sound() {
		environment_is_whole
	}
	again() {
		is_done || is "the next one" pyvern venv --without-pip -p 9.9 env || return
		# It had its name, and was not noted.
		is "the next but one" pyvern venv --clear --without-pip -p 9.9 env
	}
	is_done() {
		[ -e env/pyvenv.cfg ]
	}
	"${command[@]}" -q
	environment_is_whole
	mv "$T/env-names" "$T/env-expected"
	rm -rf env
}

begin_gc() {
	with_environment
	pyvern upgrade -q 9.9
	pyvern install -q 9.8.1
	command=(pyvern gc --yes)
	long_ago() {
		find "$versions" "$PYVERN_ROOT/.generations" -exec touch -h -d '100 days ago' {} +
	}
	long_ago
	is_sound() {
		environment_is_sound
	}
	again() {
		# To look at a version is to use it.
		long_ago
		is "the next one" pyvern gc --yes
	}
	is_done() {
		[ ! -e "$versions/9.9.1" ] && [ -e "$versions/9.9.2" ] && [ -e "$versions/9.8.1" ]
	}
}

begin_pin() {
	pyvern install -q 9.9.1
	pyvern install -q 9.8.1
	pyvern local 9.8
	command=(pyvern local 9.9)
	is_sound() {
		is "a third pin" grep -qx -e 9.8 -e 9.9 .python-version
	}
	again() {
		is "the next one" pyvern local 9.9
	}
	is_done() {
		[ "$(cat .python-version)" = 9.9 ]
	}
}

begin_setting() {
	pyvern config set jobs 3
	command=(pyvern config set jobs 5)
	is_sound() {
		is "a third setting" grep -qx -e 'jobs = 3' -e 'jobs = 5' "$PYVERN_ROOT/config"
	}
	again() {
		is "the next one" pyvern config set jobs 5
	}
	is_done() {
		grep -qx 'jobs = 5' "$PYVERN_ROOT/config"
	}
}

# begin NAME: and what there is to be at the end, when nothing happens.
begin() {
	is_sound() {
		versions_are_whole
	}
	"begin_$1"
	keep_ground
	make_place
	"${command[@]}"
	is_done
	again
	: >"$T/alive"
	touch "$T/expected"
	nothing_is_left >"$T/first" || true
	mv "$T/names" "$T/expected"
	is_sound
}
