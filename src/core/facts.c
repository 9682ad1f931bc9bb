/* SPDX-License-Identifier: MIT */
/* Facts of an installed version: read, written, released. */
#include <config.h>

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "core/store_internal.h"

/* 16 KiB: eight lines of at most a few paths each. */
#define FACTS_MAX ((size_t)16 * 1024)

static const struct {
	const char *key;
	size_t offset; /* of the char * in struct facts */
} lines[] = {
	{ "implementation", offsetof(struct facts, implementation) },
	{ "version", offsetof(struct facts, version) },
	{ "abi", offsetof(struct facts, abi) },
	{ "stdlib", offsetof(struct facts, stdlib) },
	{ "platlib", offsetof(struct facts, platlib) },
	{ "executable", offsetof(struct facts, executable) },
	{ "executables", offsetof(struct facts, executables) },
	{ "wheels", offsetof(struct facts, wheels) },
};

/* The one value that is an absolute path, and that most have not. */
#define PREFIX_KEY "prefix"
#define LINE_COUNT (sizeof(lines) / sizeof(*lines))

static char **
value_of(struct facts *facts, size_t line)
{
	return (char **)((char *)facts + lines[line].offset);
}

/* Values become paths: each word of one must stay below the prefix. */
static bool
value_ok(struct str value)
{
	struct str word;

	while (str_word(&value, &word)) {
		struct str part;

		while (str_split(&word, '/', &part))
			if (!path_component_ok(part))
				return false;
	}
	return true;
}

static void
set_line(struct facts *facts, struct str line)
{
	size_t at = str_find(line, '=');
	struct str key = { line.p, at };
	struct str value = str_trim(str_skip(line, at + 1));

	if (str_eq_text(key, PREFIX_KEY) && value.n && value.p[0] == '/') {
		free(facts->prefix);
		facts->prefix = mem_strndup(value.p, value.n);
	}
	/* Keys of later versions of this program are passed over. */
	for (size_t i = 0; i < LINE_COUNT; i++) {
		char **place = value_of(facts, i);

		if (!str_eq_text(key, lines[i].key) || !value_ok(value))
			continue;
		free(*place);
		*place = mem_strndup(value.p, value.n);
	}
}

static bool
is_complete(struct facts *facts)
{
	for (size_t i = 0; i < LINE_COUNT; i++) {
		const char *value = *value_of(facts, i);

		/* A Python may come without wheels, and with nothing else missing. */
		if (!value || (!*value && strcmp(lines[i].key, "wheels") != 0))
			return false;
	}
	return true;
}

bool
facts_parse(struct str text, struct facts *ret_facts)
{
	cleanup_facts struct facts facts = { 0 };
	struct str line;

	while (str_line(&text, &line))
		set_line(&facts, line);
	if (!is_complete(&facts))
		return false;
	*ret_facts = facts;
	facts = (struct facts){ 0 };
	return true;
}

/* Facts from the file; false when it is missing, unreadable or incomplete. */
static bool
read_file(const struct dir *dir, const char *file, struct facts *ret_facts)
{
	cleanup_buf struct buf text = BUF_INIT(FACTS_MAX);
	cleanup_err struct err ignored = { 0 };

	return fs_read_file(dir, file, &text, &ignored) == 0 &&
	       facts_parse(buf_str(&text), ret_facts);
}

bool
facts_read_file(const struct dir *version, struct facts *ret_facts)
{
	return read_file(version, LAYOUT_META "/" LAYOUT_FACTS, ret_facts);
}

/* What the interpreter said of itself when NAME, a link, was adopted. */
static bool
read_adopted(const struct store *store, const char *name, struct facts *ret_facts)
{
	cleanup_free char *target = fs_read_link(&store->versions, name);
	cleanup_free char *file = path_join(STORE_ADOPTED, name, LAYOUT_FACTS, NULL);

	return target && read_file(&store->root, file, ret_facts);
}

int
facts_read(const struct store *store, const char *name, struct facts *ret_facts, struct err *err)
{
	cleanup_dirfd struct dir version = DIR_INIT;
	cleanup_free char *path = NULL;

	if (!version_name_ok(str_from(name)) || store->versions.fd < 0)
		return err_set(err, ERR_NOT_INSTALLED, "%s is not installed", name);
	path = store_path(store, name);
	if (fs_open_dir(path, &version, err) < 0) {
		if (err->sys != ENOENT)
			return -1;
		err_reset(err);
		return err_set(err, ERR_NOT_INSTALLED, "%s is not installed", name);
	}
	if (facts_read_file(&version, ret_facts) || read_adopted(store, name, ret_facts))
		return 0;
	return facts_derive(&version, ret_facts, err);
}

int
facts_write(const struct dir *meta, const struct facts *facts, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(FACTS_MAX);

	for (size_t i = 0; i < LINE_COUNT; i++) {
		const char *value = *(char *const *)((const char *)facts + lines[i].offset);

		buf_printf(&text, "%s=%s\n", lines[i].key, value ? value : "");
	}
	if (facts->prefix)
		buf_printf(&text, PREFIX_KEY "=%s\n", facts->prefix);
	if (buf_check(&text, LAYOUT_FACTS, err) < 0)
		return -1;
	return fs_replace_file(meta, LAYOUT_FACTS, buf_str(&text), 0644, err);
}

void
facts_copy(const struct facts *from, struct facts *ret)
{
	*ret = (struct facts){ .prefix = mem_strdup(from->prefix), .base = mem_strdup(from->base) };
	for (size_t i = 0; i < LINE_COUNT; i++)
		*value_of(ret, i) = mem_strdup(*value_of((struct facts *)from, i));
}

void
facts_reset(struct facts *facts)
{
	for (size_t i = 0; i < LINE_COUNT; i++)
		free(*value_of(facts, i));
	free(facts->prefix);
	free(facts->base);
	*facts = (struct facts){ 0 };
}
