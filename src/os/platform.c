/* SPDX-License-Identifier: MIT */
/* The machine we run on, in the catalogue's words. */
#include <config.h>

#include "os/platform.h"

#include <glob.h>
#include <pwd.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif
#ifdef __linux__
#include <sys/auxv.h>
#endif

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/path.h"

const char *
platform_os(void)
{
#ifdef __APPLE__
	return "darwin";
#else
	return "linux";
#endif
}

const char *
platform_arch(void)
{
	/* uname's word -> the catalogue's. */
	static const char *const names[][2] = {
		{ "x86_64", "x86_64" }, { "amd64", "x86_64" },	  { "aarch64", "aarch64" },
		{ "arm64", "aarch64" }, { "i686", "i686" },	  { "i386", "i686" },
		{ "armv7l", "armv7" },	{ "ppc64le", "ppc64le" }, { "s390x", "s390x" },
		{ "riscv64", "riscv64" },
	};
	struct utsname uts;

	if (uname(&uts) < 0)
		return "unknown";
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(uts.machine, names[i][0]) == 0)
			return names[i][1];
	return "unknown";
}

/* Both libcs can be installed; the system's own is the one whose dynamic linker
 * the system's shell needs. A musl system has ld-musl in /lib and no glibc
 * linker; a glibc system may have musl beside it (Debian's musl package). */
const char *
platform_libc(void)
{
#ifdef __APPLE__
	return "none";
#else
	static const char *const glibc[] = { "/lib*/ld-linux*.so.*", "/lib/*/ld-linux*.so.*",
					     "/lib*/ld64.so.*" };
	glob_t found = { 0 };
	bool musl;

	for (size_t i = 0; i < sizeof(glibc) / sizeof(*glibc); i++) {
		if (glob(glibc[i], GLOB_NOSORT, NULL, &found) == 0) {
			globfree(&found);
			return "gnu";
		}
	}
	musl = glob("/lib/ld-musl-*.so.1", GLOB_NOSORT, NULL, &found) == 0;
	if (musl)
		globfree(&found);
	return musl ? "musl" : "gnu";
#endif
}

int64_t
platform_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

unsigned
platform_cpus(void)
{
	long online;
#ifdef __linux__
	cpu_set_t set;

	/* Containers and taskset give us fewer than are online. */
	if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0)
		return (unsigned)CPU_COUNT(&set);
#endif
	online = sysconf(_SC_NPROCESSORS_ONLN);
	return online > 0 ? (unsigned)online : 1;
}

char *
platform_home(void)
{
	const char *home = getenv("HOME");
	const struct passwd *user;

	if (home && home[0] == '/')
		return mem_strdup(home);
	user = getpwuid(geteuid());
	return user && user->pw_dir && user->pw_dir[0] == '/' ? mem_strdup(user->pw_dir) : NULL;
}

char *
platform_program_dir(void)
{
	cleanup_free char *program = NULL;
	struct str dir;
#ifdef __APPLE__
	char text[PATH_TEXT_MAX];
	uint32_t size = sizeof(text);

	if (_NSGetExecutablePath(text, &size) == 0)
		program = realpath(text, NULL);
#else
	program = realpath("/proc/self/exe", NULL);
	if (!program) {
		/* No /proc: the path that the kernel was given. */
		const char *name = (const char *)getauxval(AT_EXECFN);

		program = name ? realpath(name, NULL) : NULL;
	}
#endif
	if (!program)
		return NULL;
	dir = path_dir(program);
	return mem_strndup(dir.p, dir.n);
}

bool
platform_is_elevated(void)
{
#ifdef __linux__
	return getauxval(AT_SECURE) != 0;
#else
	return issetugid() != 0;
#endif
}
