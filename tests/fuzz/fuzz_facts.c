/* SPDX-License-Identifier: MIT */
/* Fuzz target: facts files; and the files that facts are derived from, when the
 * input begins with "D": lines "%" separate patchlevel.h, ensurepip/__init__.py
 * and pyvenv.cfg. */
#include <config.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "core/store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Made once in the working folder, as libFuzzer has no end to tidy up at. */
#define GROUND "tests/fuzz/found/facts-tree"

static struct dir ground = DIR_INIT;

static void
make(const char *path)
{
	struct err err = { 0 };

	if (fs_write_file(&ground, path, STR_LIT("#!/bin/sh\n"), 0755, &err) < 0)
		abort();
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char *const folders[] = { "tests",
					       "tests/fuzz",
					       "tests/fuzz/found",
					       GROUND,
					       GROUND "/bin",
					       GROUND "/include",
					       GROUND "/include/python3.13",
					       GROUND "/lib",
					       GROUND "/lib/python3.13",
					       GROUND "/lib/python3.13/ensurepip",
					       GROUND "/lib/python3.13/ensurepip/_bundled" };
	struct err err = { 0 };

	(void)argc;
	(void)argv;
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		(void)mkdir(folders[i], 0755);
	if (fs_open_dir(GROUND, &ground, &err) < 0)
		abort();
	make("bin/python3.13");
	make("lib/python3.13/os.py");
	make("lib/python3.13/ensurepip/_bundled/pip-25.1-py3-none-any.whl");
	make("lib/python3.13/ensurepip/_bundled/pip-9.0-py3-none-any.whl");
	return 0;
}

/* Each word of VALUE is a path below the prefix. */
static void
check_paths(const char *value)
{
	struct str rest = str_from(value);
	struct str word;

	while (str_word(&rest, &word)) {
		struct str part;

		while (str_split(&word, '/', &part))
			if (!path_component_ok(part))
				abort();
	}
}

static void
check(const struct facts *facts)
{
	const char *const values[] = { facts->implementation, facts->abi,	 facts->stdlib,
				       facts->platlib,	      facts->executable, facts->executables,
				       facts->wheels,	      facts->version };

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		check_paths(values[i]);
}

static void
write_part(struct str *rest, const char *path)
{
	const char *start = rest->p;
	struct str line;
	size_t n = 0;
	int fd = openat(ground.fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	while (str_line(rest, &line) && !str_eq_text(line, "%"))
		n = (size_t)(line.p + line.n - start);
	if (fd < 0 || (n && write(fd, start, n) != (ssize_t)n))
		abort();
	close(fd);
}

static void
derive(struct str text)
{
	cleanup_facts struct facts facts = { 0 };
	cleanup_err struct err err = { 0 };

	write_part(&text, "include/python3.13/patchlevel.h");
	write_part(&text, "lib/python3.13/ensurepip/__init__.py");
	write_part(&text, "pyvenv.cfg");
	if (facts_derive(&ground, &facts, &err) == 0)
		check(&facts);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	cleanup_facts struct facts facts = { 0 };

	if (size && data[0] == 'D')
		derive(str_skip(text, 1));
	else if (facts_parse(text, &facts))
		check(&facts);
	return 0;
}
