# SPDX-License-Identifier: MIT
# Flags of the compiler and linker, each probed; ours never touch CFLAGS, which
# is the user's.

# PYVERN_TRY_CFLAG(FLAG, VARIABLE): append FLAG to VARIABLE if the compiler takes it.
AC_DEFUN([PYVERN_TRY_CFLAG], [
	AS_VAR_PUSHDEF([cache], [pyvern_cv_cflag_$1])
	AC_CACHE_CHECK([whether $CC takes $1], [cache], [
		pyvern_saved_CFLAGS=$CFLAGS
		# clang only warns of flags that it does not know.
		CFLAGS="$CFLAGS -Werror $1"
		AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
			[AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
		CFLAGS=$pyvern_saved_CFLAGS])
	AS_VAR_IF([cache], [yes], [$2="$$2 $1"])
	AS_VAR_POPDEF([cache])
])

# PYVERN_TRY_LDFLAG(FLAG, VARIABLE): the same for the linker.
AC_DEFUN([PYVERN_TRY_LDFLAG], [
	AS_VAR_PUSHDEF([cache], [pyvern_cv_ldflag_$1])
	AC_CACHE_CHECK([whether the linker takes $1], [cache], [
		pyvern_saved_LDFLAGS=$LDFLAGS
		LDFLAGS="$LDFLAGS -Werror $1"
		AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
			[AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
		LDFLAGS=$pyvern_saved_LDFLAGS])
	AS_VAR_IF([cache], [yes], [$2="$$2 $1"])
	AS_VAR_POPDEF([cache])
])

AC_DEFUN([PYVERN_WARNINGS], [
	AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror],
		[warnings are errors (for CI; a newer compiler warns of more)])])
	# C17 with the cleanup attribute and __typeof__.
	WARN_CFLAGS=-std=gnu17
	# -Wall -Wextra: the base.
	# -Wshadow: a shadowed err or fd hides a bug that tests do not see.
	# -Wstrict-prototypes -Wmissing-prototypes: each public function has a header.
	# -Wformat=2: formats from variables.
	# -Wundef: a misspelt HAVE_ macro must not read as 0.
	# -Wpointer-arith -Wvla -Walloca: no void arithmetic; no unbounded stack.
	# -Wimplicit-fallthrough: switches over events and kinds.
	# -Wdouble-promotion: a float that becomes a double was not meant.
	# -Wlogical-op -Wduplicated-cond -Wduplicated-branches: copied lines of which one
	# was to be changed (gcc).
	# -Wdate-time: a build is the same tomorrow.
	m4_foreach_w([flag], [-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
		-Wformat=2 -Wundef -Wpointer-arith -Wvla -Walloca -Wimplicit-fallthrough
		-Wdouble-promotion -Wlogical-op -Wduplicated-cond -Wduplicated-branches
		-Wdate-time], [PYVERN_TRY_CFLAG(flag, [WARN_CFLAGS])])
	# Left out, with reasons:
	# -Wdeclaration-after-statement: fights the cleanup style.
	# -Wwrite-strings -Wcast-qual: argv arrays of literals, and uthash.
	# -Wnull-dereference: its answer changes with the optimiser's level.
	# -Wconversion: hundreds of casts, no bug found.
	# -Wswitch-enum: a default is the point of many switches.
	# -Wmissing-field-initializers (in -Wextra): tables end with { 0 }.
	PYVERN_TRY_CFLAG([-Wno-missing-field-initializers], [WARN_CFLAGS])
	AS_VAR_IF([enable_werror], [yes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
	AC_SUBST([WARN_CFLAGS])
])
