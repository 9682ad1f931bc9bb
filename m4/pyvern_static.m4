# SPDX-License-Identifier: MIT
# PYVERN_STATIC: STATIC_LDFLAGS is what links a program without a dynamic loader.
# Where that cannot be (macOS, no static libc, sanitizers, whose libraries need
# the loader) it is what links the other programs, PIE_LDFLAGS. For the shim,
# which starts with every Python. Not both: clang refuses -pie beside -static.
AC_DEFUN([PYVERN_STATIC], [
	AC_REQUIRE([PYVERN_HARDENING])
	STATIC_LDFLAGS=$PIE_LDFLAGS
	AS_IF([test -z "$SANITIZE_FLAGS"], [
		AC_CACHE_CHECK([whether programs can be linked statically], [pyvern_cv_static], [
			pyvern_save_LDFLAGS=$LDFLAGS
			LDFLAGS="$LDFLAGS -static"
			AC_LINK_IFELSE([AC_LANG_PROGRAM([#include <unistd.h>], [return getpid() < 0;])],
				[pyvern_cv_static=yes], [pyvern_cv_static=no])
			LDFLAGS=$pyvern_save_LDFLAGS])
		AS_IF([test "x$pyvern_cv_static" = xyes], [STATIC_LDFLAGS=-static])])
	AC_SUBST([STATIC_LDFLAGS])
])
