/* SPDX-License-Identifier: MIT */
/* What is chosen here: selection for the commands, and its errors in words. */
#include <config.h>

#include "core/choice.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "core/store.h"

void
choice_make(const struct layout *layout, const struct policy *policy,
	    const struct selection_recorder *recorder, struct choice *ret)
{
	cleanup_err struct err no_root = { 0 };

	ret->layout = layout;
	ret->root = (struct dir)DIR_INIT;
	if (layout_open_root(layout, &ret->root, &no_root) < 0)
		ret->root.fd = -1;
	ret->input = (struct selection_input){
		.root_fd = ret->root.fd,
		.root = layout->root,
		.policy = policy,
		.dir = layout->cwd,
		.dir_too = layout->working,
		.path = getenv("PATH"),
		.home = layout->home,
		.recorder = recorder,
	};
	/* The same folder need not be searched twice. */
	if (layout->cwd && layout->working && strcmp(layout->cwd, layout->working) == 0)
		ret->input.dir_too = NULL;
	selection_make(&ret->input, &ret->selection);
}

void
choice_reset(struct choice *choice)
{
	dir_reset(&choice->root);
}

char *
choice_origin(const struct choice *choice)
{
	const struct selection *s = &choice->selection;

	switch (s->source) {
	case SOURCE_VARIABLE:
		return mem_printf("%s environment variable", s->place);
	case SOURCE_FILE:
	case SOURCE_GLOBAL:
		return mem_strdup(s->place);
	case SOURCE_DEFAULT:
		break;
	}
	return path_join(choice->layout->root, LAYOUT_GLOBAL, NULL);
}

char *
choice_asker(const struct choice *choice, size_t i)
{
	const struct selection *s = &choice->selection;
	unsigned line = i < s->count ? s->items[i].word.line : 0;

	return line ? mem_printf("%s:%u", s->place, line) : mem_strdup(s->place);
}

/* The texts of all items in STATE with SEPARATOR between them. */
static void
add_items(struct buf *b, const struct selection *s, enum item_state state, const char *separator)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->items[i].state == state)
			buf_printf(b, "%s%.*s", b->len ? separator : "",
				   STR_ARG(s->items[i].word.text));
}

/* All items, blank-separated, as people wrote them; not what is no version, which
 * may be anything. */
static void
add_requests(struct buf *b, const struct selection *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->items[i].state != ITEM_INVALID)
			buf_printf(b, "%s%.*s", b->len ? " " : "", STR_ARG(s->items[i].word.text));
}

/* Can all missing items be given to `pyvern install`? */
static bool
can_install(const struct selection *s)
{
	struct request request;

	for (size_t i = 0; i < s->count; i++)
		if (s->items[i].state == ITEM_MISSING &&
		    (!request_parse(s->items[i].word.text, &request, NULL) ||
		     request.kind == REQUEST_NAME))
			return false;
	return true;
}

/* Who asked for what is missing, and the command that mends it. */
static int
explain_missing(const struct choice *choice, size_t first, struct err *err)
{
	const struct selection *s = &choice->selection;
	cleanup_free char *asker = choice_asker(choice, first);
	cleanup_buf struct buf missing = BUF_INIT(BUF_TEXT_MAX);

	err_detail(err, "asked by", "%s", asker);
	if (!can_install(s))
		return err_detail(err, "to fix", "pyvern versions, and pin one of them");
	if (s->source == SOURCE_FILE)
		return err_detail(err, "to fix", "pyvern install");
	add_items(&missing, s, ITEM_MISSING, " ");
	return err_detail(err, "to fix", "pyvern install %s", buf_text(&missing));
}

static int
unusable(const struct choice *choice, enum err_code code, struct err *err)
{
	const struct selection *s = &choice->selection;
	cleanup_free char *asker = choice_asker(choice, 0);
	bool has_item = s->count > 0;

	err_set(err, code, "%s cannot be used: %s", has_item ? asker : s->place,
		has_item && s->items[0].why ? s->items[0].why : s->unusable);
	if (s->source == SOURCE_VARIABLE)
		return err_detail(err, "to fix", "unset %s", s->place);
	return err_detail(err, "to fix", "pyvern %s VERSION",
			  s->source == SOURCE_GLOBAL ? "global" : "local");
}

static int
missing_version(const struct choice *choice, const char *command, size_t item, struct err *err)
{
	const struct selection *s = &choice->selection;
	cleanup_buf struct buf missing = BUF_INIT(BUF_TEXT_MAX);
	bool is_python = str_starts(str_from(command), STR_LIT("python"));
	unsigned count = 0;

	for (size_t i = 0; i < s->count; i++)
		count += s->items[i].state == ITEM_MISSING;
	if (count == s->count && count > 1) {
		add_items(&missing, s, ITEM_MISSING, ", ");
		err_set(err, ERR_NO_COMMAND, "%s %s%s here, and none of them is installed",
			command, is_python ? "is " : "comes from ", buf_text(&missing));
	} else {
		struct str text = s->items[item].word.text;

		err_set(err, ERR_NO_COMMAND, "%s %s%.*s here, and %.*s is not installed",
			command, is_python ? "is " : "comes from ", STR_ARG(text), STR_ARG(text));
	}
	return explain_missing(choice, item, err);
}

/* Hang the installed versions that have COMMAND below ERR. */
static int
also_in(const struct choice *choice, const char *command, struct err *err)
{
	cleanup_store struct store store = STORE_INIT;
	cleanup_entries struct entries entries = { 0 };
	cleanup_buf struct buf names = BUF_INIT(BUF_TEXT_MAX);
	cleanup_err struct err ignored = { 0 };

	if (store_open(choice->layout, &store, &ignored) < 0 || store.versions.fd < 0 ||
	    store_list(&store, STORE_LIST_ENVS, &entries, &ignored) < 0)
		return -1;
	for (size_t i = 0; i < entries.count; i++) {
		cleanup_free char *path = path_join(entries.items[i].name, "bin", command, NULL);

		if (fs_is_executable_at(&store.versions, path))
			buf_printf(&names, "%s%s", names.len ? ", " : "", entries.items[i].name);
	}
	return names.len ? err_detail(err, "is in", "%s", buf_text(&names)) : -1;
}

static int
missing_command(const struct choice *choice, const char *command, bool advice, struct err *err)
{
	const struct selection *s = &choice->selection;
	cleanup_buf struct buf names = BUF_INIT(BUF_TEXT_MAX);
	bool has_system = false;

	for (size_t i = 0; i < s->count; i++) {
		has_system |= s->items[i].state == ITEM_SYSTEM;
		if (s->items[i].state == ITEM_INSTALLED)
			buf_printf(&names, "%s%s", names.len ? ", " : "", s->items[i].name);
	}
	if (names.len)
		err_set(err, ERR_NO_COMMAND, "%s is not in %s%s", command, buf_text(&names),
			has_system ? ", nor in PATH" : "");
	else
		err_set(err, ERR_NO_COMMAND, "%s is not in PATH (without shims)", command);
	if (s->source == SOURCE_DEFAULT)
		err_detail(err, "because", "no version is chosen here, so it is the system's");
	else
		err_detail(err, "asked by", "%s", s->place);
	if (advice && path_component_ok(str_from(command)))
		also_in(choice, command, err);
	return -1;
}

int
choice_error(struct choice *choice, const char *command, const struct finding *found, bool advice,
	     struct err *err)
{
	const struct selection *s = &choice->selection;
	cleanup_buf struct buf pinned = BUF_INIT(BUF_TEXT_MAX);

	switch (found->kind) {
	case MISSING_UNUSABLE:
		return unusable(choice, ERR_NO_COMMAND, err);
	case MISSING_VERSION:
		return missing_version(choice, command, found->item, err);
	case MISSING_SUFFIX:
		err_set(err, ERR_NO_COMMAND, "%s: no %.*s is installed", command,
			STR_ARG(found->wanted));
		add_requests(&pinned, s);
		if (s->source != SOURCE_DEFAULT)
			err_detail(err, "pinned", "%s (%s)", buf_text(&pinned), s->place);
		return err_detail(err, "to fix", "pyvern install %.*s", STR_ARG(found->wanted));
	case MISSING_COMMAND:
	case FOUND_IN_VERSION:
	case FOUND_IN_SYSTEM:
		break;
	}
	return missing_command(choice, command, advice, err);
}

int
choice_check(struct choice *choice, struct err *err)
{
	struct selection *s = &choice->selection;
	cleanup_buf struct buf missing = BUF_INIT(BUF_TEXT_MAX);
	size_t first = 0;
	size_t count = 0;

	if (selection_resolve_all(s) == 0)
		return unusable(choice, ERR_FAILED, err);
	for (size_t i = s->count; i-- > 0;) {
		if (s->items[i].state == ITEM_MISSING) {
			first = i;
			count++;
		}
	}
	if (count == 0)
		return 0;
	add_items(&missing, s, ITEM_MISSING, ", ");
	err_set(err, ERR_NOT_INSTALLED, "%s %s not installed", buf_text(&missing),
		count == 1 ? "is" : "are");
	return explain_missing(choice, first, err);
}

void
choice_warn(const struct choice *choice, const struct events *events)
{
	const struct selection *s = &choice->selection;
	size_t first = s->count;
	size_t count = 0;

	for (size_t i = s->count; i-- > 0;) {
		if (s->items[i].state == ITEM_INVALID) {
			first = i;
			count++;
		}
	}
	/* When nothing can be used, the error says so. */
	if (count == 0 || s->unusable)
		return;
	if (s->source == SOURCE_VARIABLE)
		event_warning(events, NULL, "%s: %zu of %zu cannot be used: %s", s->place, count,
			      s->count, s->items[first].why);
	else if (count == 1)
		event_warning(events, NULL, "%s:%u is passed over: %s", s->place,
			      s->items[first].word.line, s->items[first].why);
	else
		event_warning(events, NULL, "%s:%u and %zu more lines are passed over: %s",
			      s->place, s->items[first].word.line, count - 1, s->items[first].why);
}
