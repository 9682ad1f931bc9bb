/* SPDX-License-Identifier: MIT */
/* The machine and the process we run in. */
#include <config.h>

#include "os/platform.h"

#include <pwd.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
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
	char text[PATH_TEXT_MAX];
#ifdef __APPLE__
	uint32_t size = sizeof(text);

	if (_NSGetExecutablePath(text, &size) == 0)
		program = realpath(text, NULL);
#else
	/* The kernel has followed all links; realpath() would ask for each folder. */
	ssize_t n = readlink("/proc/self/exe", text, sizeof(text));

	if (n > 0 && (size_t)n < sizeof(text) && text[0] == '/')
		program = mem_strndup(text, (size_t)n);
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
