/* SPDX-License-Identifier: MIT */
/* What a Python says of compilers, made right for the machine that it is on. */
#include <config.h>

#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "os/proc.h"
#include "supply/relocate_internal.h"

/* The tools that builds are done with, and who can stand in for each, the best first. */
static const struct {
	const char *names[5]; /* as the end of a name: "clang" is also x86_64-linux-clang */
	const char *here[5];
} tools[] = {
	{ { "clang++", "g++", "c++" }, { "c++", "g++", "clang++" } },
	{ { "clang", "gcc", "cc" }, { "cc", "gcc", "clang" } },
	{ { "ar" }, { "ar", "gcc-ar", "llvm-ar" } },
	{ { "ranlib" }, { "ranlib", "gcc-ranlib", "llvm-ranlib" } },
	{ { "nm" }, { "nm", "gcc-nm", "llvm-nm" } },
	{ { "readelf" }, { "readelf", "llvm-readelf" } },
	{ { "objcopy" }, { "objcopy", "llvm-objcopy" } },
	{ { "strip" }, { "strip", "llvm-strip" } },
};

/* The last part of a program's name, without a version: "gcc" of
 * "/usr/bin/x86_64-linux-gnu-gcc-12". */
static struct str
tool_of(struct str word)
{
	size_t start;

	while (word.n && (str_is_digit(word.p[word.n - 1]) || word.p[word.n - 1] == '.'))
		word.n--;
	if (word.n && word.p[word.n - 1] == '-')
		word.n--;
	for (start = word.n; start > 0; start--)
		if (word.p[start - 1] == '/' || word.p[start - 1] == '-')
			break;
	return str_skip(word, start);
}

static bool
is_here(const struct relocation *r, const char *program)
{
	cleanup_free char *found = NULL;
	struct stat st;

	if (strchr(program, '/'))
		return program[0] == '/' && stat(program, &st) == 0 && S_ISREG(st.st_mode) &&
		       access(program, X_OK) == 0;
	found = proc_find(program, r->spec->path, NULL);
	return found != NULL;
}

/* What to write for the program WORD: NULL when it is no tool of ours, or is here. */
static const char *
stand_in(const struct relocation *r, struct str word)
{
	struct str tool = tool_of(word);
	cleanup_free char *program = NULL;

	for (size_t i = 0; i < sizeof(tools) / sizeof(*tools); i++) {
		for (size_t j = 0; tools[i].names[j]; j++) {
			if (!str_eq_text(tool, tools[i].names[j]))
				continue;
			program = mem_strndup(word.p, word.n);
			if (is_here(r, program))
				return NULL;
			for (size_t k = 0; tools[i].here[k]; k++)
				if (is_here(r, tools[i].here[k]))
					return tools[i].here[k];
			/* None: what a compiler is called where one is installed later. */
			return tools[i].here[0];
		}
	}
	return NULL;
}

/* Does the variable KEY name a program that builds are done with? */
static bool
names_tool(struct str key)
{
	static const char *const keys[] = { "AR",	   "BLDSHARED", "CC",	   "CPP",    "CXX",
					    "LDCXXSHARED", "LDSHARED",	"LINKCC",  "MAINCC", "NM",
					    "OBJCOPY",	   "RANLIB",	"READELF", "STRIP" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (str_eq_text(key, keys[i]))
			return true;
	return false;
}

/* Is DIR, absolute, nowhere, and nothing that we are about to move? */
static bool
is_dead(const struct relocation *r, struct str dir)
{
	cleanup_free char *path = NULL;
	struct stat st;

	if (dir.n == 0 || dir.p[0] != '/' || text_needs_quotes(dir) || text_mentions(&r->move, dir))
		return false;
	path = mem_strndup(dir.p, dir.n);
	return !path_is_below(path, r->spec->to) && (stat(path, &st) < 0 || !S_ISDIR(st.st_mode));
}

/* Options whose value is a folder: the value behind it, or as the next word. */
static const char *const folder_options[] = {
	"-isystem", "-isysroot", "-idirafter", "-iquote", "-I", "-L", "-F",
};
static const char *const folder_prefixes[] = {
	"--sysroot=", "-Wl,-rpath,", "-Wl,-rpath=", "-Wl,-rpath-link,", "-Wl,-rpath-link=",
};

/* Does WORD, with *NEXT behind it, mention a folder that is nowhere? *RET_BOTH: the next
 * word is its value. */
static bool
is_dead_option(const struct relocation *r, struct str word, struct str next, bool *ret_both)
{
	*ret_both = false;
	for (size_t i = 0; i < sizeof(folder_prefixes) / sizeof(*folder_prefixes); i++) {
		struct str option = str_from(folder_prefixes[i]);

		if (str_starts(word, option))
			return is_dead(r, str_skip(word, option.n));
	}
	for (size_t i = 0; i < sizeof(folder_options) / sizeof(*folder_options); i++) {
		struct str option = str_from(folder_options[i]);

		if (!str_starts(word, option))
			continue;
		*ret_both = word.n == option.n;
		return is_dead(r, *ret_both ? next : str_skip(word, option.n));
	}
	return false;
}

bool
relocate_for_machine(const struct relocation *r, struct str key, struct str value, struct buf *out)
{
	struct str rest = value;
	struct str word;
	const char *copied = value.p;
	/* Programs come first, options after them. */
	bool can_be_tool = names_tool(key);
	bool changed = false;

	/* How it was configured is a record, not an instruction. */
	if (!r->spec->path || str_eq_text(key, "CONFIG_ARGS"))
		return false;
	while (text_next_word(&rest, &word)) {
		struct str after = rest;
		struct str next = { NULL, 0 };
		const char *tool = NULL;
		bool both = false;

		(void)text_next_word(&after, &next);
		if (word.p[0] == '-')
			can_be_tool = false;
		tool = can_be_tool ? stand_in(r, word) : NULL;
		if (!tool && !is_dead_option(r, word, next, &both))
			continue;
		buf_add(out, copied, (size_t)(word.p - copied));
		rest = both ? after : rest;
		if (tool)
			buf_add_text(out, tool);
		else
			rest = str_trim(rest);
		copied = rest.p ? rest.p : value.p + value.n;
		changed = true;
	}
	buf_add(out, copied, (size_t)(value.p + value.n - copied));
	return changed;
}
