/* SPDX-License-Identifier: MIT */
/* The programs of a Python whose folder has other things in it. */
#include <config.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "core/adopt_internal.h"
#include "os/fd.h"

/* 256 bytes: Linux looks at as many of a script's first line. */
#define FIRST_LINE_MAX 256

/* What a Python brings along: BEFORE + "3.11" + AFTER is surely its own; the short
 * names are taken from it where it is there. */
static const struct {
	const char *before;
	const char *after;
	bool has_short; /* also with "3", and with nothing */
} tools[] = {
	{ "python", "", true },	       { "pip", "", true },
	{ "pydoc", "", true },	       { "idle", "", true },
	{ "python", "-config", true }, { "2to3-", "", false },
	{ "idle-python", "", false },  { "easy_install-", "", false },
	{ "pypy", "", true },	       { "graalpy", "", true },
};

static bool
is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* The interpreter in a script's first line, as an absolute path; NULL if it has none. */
static char *
interpreter_of(const char *path)
{
	char text[FIRST_LINE_MAX];
	cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : fd_read_full(fd, text, sizeof(text));
	struct str line = { text, n > 0 ? (size_t)n : 0 };
	struct str word;

	line.n = str_find(line, '\n');
	if (!str_starts(line, STR_LIT("#!")))
		return NULL;
	line = str_skip(line, 2);
	return str_word(&line, &word) && word.p[0] == '/' ? mem_strndup(word.p, word.n) : NULL;
}

/* Is the program at PATH the interpreter, or a script of its? */
static bool
belongs_to(const char *path, const char *interpreter)
{
	cleanup_free char *real = realpath(path, NULL);
	cleanup_free char *first = real ? interpreter_of(real) : NULL;
	cleanup_free char *starts = first ? realpath(first, NULL) : NULL;

	return real &&
	       (strcmp(real, interpreter) == 0 || (starts && strcmp(starts, interpreter) == 0));
}

struct gathering {
	struct adoptee *adoptee;
	char *folder;	/* where its programs are */
	char *language; /* "3.11", "3.13t" */
};

static void
add_link(struct gathering *g, const char *name, const char *target)
{
	struct strvec *links = &g->adoptee->links;
	cleanup_free char *start = mem_printf("%s=", name);

	for (size_t i = 0; i < links->count; i++)
		if (str_starts(str_from(links->items[i]), str_from(start)))
			return;
	strvec_printf(links, "%s%s", start, target);
}

/* One row of the table. */
static void
add_tool(struct gathering *g, size_t row)
{
	const char *before = tools[row].before;
	const char *after = tools[row].after;
	cleanup_free char *name = mem_printf("%s%s%s", before, g->language, after);
	cleanup_free char *path = path_join(g->folder, name, NULL);
	bool is_there = is_program(path);
	const char digits[][2] = { { g->language[0], '\0' }, "" };

	if (is_there)
		add_link(g, name, path);
	for (size_t i = 0; tools[row].has_short && i < sizeof(digits) / sizeof(*digits); i++) {
		cleanup_free char *shorter = mem_printf("%s%s%s", before, digits[i], after);
		cleanup_free char *other = path_join(g->folder, shorter, NULL);

		if (is_there)
			add_link(g, shorter, path);
		else if (is_program(other) && belongs_to(other, g->adoptee->interpreter))
			add_link(g, shorter, other);
	}
}

/* "3.11" of the facts, with the letters that its interpreter's name has. */
static char *
language_of(const struct adoptee *a)
{
	struct str name = path_base(a->interpreter);
	struct str version = str_from(a->facts.version);
	size_t major = str_find(version, '.');
	size_t end = major + 1 + str_find(str_skip(version, major + 1), '.');
	cleanup_free char *number = mem_strndup(version.p, end < version.n ? end : version.n);
	size_t at = 0;

	while (at < name.n && !str_is_digit(name.p[at]))
		at++;
	name = str_skip(name, at);
	return str_starts(name, str_from(number)) ? mem_strndup(name.p, name.n)
						  : steal_ptr(&number);
}

/* Facts of the folder: its interpreter and the names of it. */
static void
settle_facts(struct gathering *g)
{
	static const char *const stems[] = { "python", "pypy", "graalpy" };
	struct adoptee *a = g->adoptee;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_free char *main = mem_strdup(path_base(a->interpreter).p);

	add_link(g, main, a->interpreter);
	add_link(g, "python", a->interpreter);
	for (size_t i = 0; i < a->links.count; i++) {
		struct str target = str_from(a->links.items[i]);
		struct str name;
		cleanup_free char *real = NULL;

		(void)str_split(&target, '=', &name);
		real = realpath(target.p, NULL);
		if (!real || strcmp(real, a->interpreter) != 0)
			continue;
		for (size_t k = 0; k < sizeof(stems) / sizeof(*stems); k++)
			if (str_starts(name, str_from(stems[k])))
				strvec_add_str(&names, name);
	}
	if (!strvec_has(&names, main))
		strvec_add(&names, main);
	strvec_sort(&names);
	free(a->facts.executable);
	free(a->facts.executables);
	free(a->facts.prefix);
	a->facts.executable = path_join("bin", main, NULL);
	a->facts.executables = strvec_join(&names, " ");
	a->facts.prefix = mem_strdup(a->prefix);
}

void
adopt_programs(struct adoptee *adoptee)
{
	struct str folder = path_dir(adoptee->interpreter);
	struct gathering g = { .adoptee = adoptee,
			       .folder = mem_strndup(folder.p, folder.n),
			       .language = language_of(adoptee) };

	for (size_t i = 0; i < sizeof(tools) / sizeof(*tools); i++)
		add_tool(&g, i);
	settle_facts(&g);
	free(g.folder);
	free(g.language);
}
