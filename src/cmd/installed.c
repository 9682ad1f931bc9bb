/* SPDX-License-Identifier: MIT */
/* What commands that speak of installed versions share. */
#include <config.h>

#include "cmd/installed.h"

#include <stdlib.h>
#include <string.h>

#include "base/shell.h"

/* Edits up to which an installed name is shown as near to what was typed, and
 * how many names are shown at most. */
#define NEAR_DISTANCE 2
#define NAMES_SHOWN 6

static void
add_detail_of_names(const char *label, const struct strvec *names, struct err *err)
{
	cleanup_strvec struct strvec shown = { 0 };
	cleanup_free char *text = NULL;

	for (size_t i = 0; i < names->count && i < NAMES_SHOWN; i++)
		strvec_add(&shown, names->items[i]);
	if (names->count > NAMES_SHOWN)
		strvec_printf(&shown, "and %zu more", names->count - NAMES_SHOWN);
	text = strvec_join(&shown, ", ");
	err_detail(err, label, "%s", text);
}

static int
not_installed(const struct entries *entries, const char *text, struct err *err)
{
	cleanup_strvec struct strvec near = { 0 };
	cleanup_strvec struct strvec all = { 0 };

	err_set(err, ERR_NOT_INSTALLED, "%s is not installed", text);
	for (size_t i = 0; i < entries->count; i++) {
		const char *name = entries->items[i].name;

		strvec_add(&all, name);
		if (str_starts(str_from(name), str_from(text)) ||
		    str_distance(str_from(name), str_from(text)) <= NEAR_DISTANCE)
			strvec_add(&near, name);
	}
	if (near.count)
		add_detail_of_names("nearest", &near, err);
	else if (all.count)
		add_detail_of_names("installed", &all, err);
	return err_detail(err, "to fix", "pyvern versions");
}

static int
several(const struct strvec *names, const char *text, struct err *err)
{
	err_set(err, ERR_USAGE, "%s can be %zu versions here", text, names->count);
	add_detail_of_names("installed", names, err);
	return err_detail(err, "to fix", "give one whole name");
}

static bool
is_dangling(const struct store *store, const char *name)
{
	cleanup_free char *target = NULL;

	if (store->versions.fd < 0 || !version_name_ok(str_from(name)) ||
	    fs_is_dir_at(&store->versions, name))
		return false;
	target = fs_read_link(&store->versions, name);
	return target;
}

int
installed_match(const struct store *store, const char *text, char **ret_name, struct err *err)
{
	struct request request;
	const char *why;
	cleanup_entries struct entries entries = { 0 };
	cleanup_strvec struct strvec found = { 0 };
	cleanup_free char *exact = NULL;

	if (!request_parse(str_from(text), &request, &why))
		return err_set(err, ERR_USAGE, "%s can be no version: %s", text[0] ? text : "\"\"",
			       why);
	if (request.kind == REQUEST_SYSTEM)
		return err_set(err, ERR_USAGE, "system is not one of the installed versions");
	/* A link to what is gone is in no list, and can be removed. */
	exact = mem_strndup(request.name.p, request.name.n);
	if (is_dangling(store, exact)) {
		*ret_name = steal_ptr(&exact);
		return 0;
	}
	/* Aliases of ours stand for what they point at, so they are left out. */
	if (store_list(store, STORE_LIST_ENVS, &entries, err) < 0)
		return -1;
	for (size_t i = 0; i < entries.count; i++) {
		const struct entry *entry = &entries.items[i];
		struct version version;

		if (str_eq_text(request.name, entry->name) || strcmp(text, entry->name) == 0) {
			*ret_name = mem_strdup(entry->name);
			return 0;
		}
		if (entry->kind == ENTRY_VERSION &&
		    version_parse(str_from(entry->name), &version) &&
		    request_matches(&request, &version))
			strvec_add(&found, entry->name);
	}
	if (found.count == 0)
		return not_installed(&entries, text, err);
	if (found.count > 1)
		return several(&found, text, err);
	*ret_name = mem_strdup(found.items[0]);
	return 0;
}

char *
installed_fix(const char *request)
{
	cleanup_free char *word = shell_word(request);
	struct request parsed;

	if (request_parse(str_from(request), &parsed, NULL) && parsed.kind != REQUEST_NAME)
		return mem_printf("pyvern install %s", word);
	return mem_strdup("pyvern versions");
}
