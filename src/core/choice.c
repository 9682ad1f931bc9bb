/* SPDX-License-Identifier: MIT */
/* What is chosen here: selection for the commands, and its errors in words. */
#include <config.h>

#include "core/choice.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/shell.h"
#include "core/store.h"

void
choice_make(const struct layout *layout, const struct policy *policy,
	    const struct selection_recorder *recorder, struct choice *ret)
{
	cleanup_err struct err no_root = { 0 };

	ret->layout = layout;
	ret->root = (struct dir)DIR_INIT;
	ret->hooked = NULL;
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
	free(choice->hooked);
	choice->hooked = NULL;
}

char *
choice_origin_unhooked(const struct choice *choice)
{
	const struct selection *s = &choice->selection;

	switch (s->source) {
	case SOURCE_VARIABLE:
		return mem_printf("%s environment variable", s->place);
	case SOURCE_FILE:
	case SOURCE_PROJECT:
	case SOURCE_GLOBAL:
		return mem_strdup(s->place);
	case SOURCE_VENV: /* asks for no version */
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

/* What pyenv says of missing versions (facts/pyenv.md, version-name). */
static void
pyenv_missing(const struct choice *choice, struct err *err)
{
	const struct selection *s = &choice->selection;
	cleanup_free char *origin = choice_origin(choice);

	for (size_t i = 0; i < s->count; i++)
		if (s->items[i].state == ITEM_MISSING)
			err_pyenv(err, "pyenv: version `%.*s' is not installed (set by %s)",
				  STR_ARG(s->items[i].word.text), origin);
}

/* Who asked for what is missing, and the command that mends it. */
static int
explain_missing(const struct choice *choice, size_t first, struct err *err)
{
	const struct selection *s = &choice->selection;
	cleanup_free char *asker = choice_asker(choice, first);
	cleanup_buf struct buf missing = BUF_INIT(BUF_TEXT_MAX);

	err_detail(err, "asked by", "%s", asker);
	if (choice_explain_gone(choice, s->items[first].word.text, err))
		return -1;
	if (!can_install(s))
		return err_detail(err, "to fix", "pyvern versions, and pin one of them");
	if (s->source == SOURCE_FILE || s->source == SOURCE_PROJECT)
		return err_detail(err, "to fix", "pyvern install");
	for (size_t i = 0; i < s->count; i++) {
		cleanup_free char *text =
			mem_strndup(s->items[i].word.text.p, s->items[i].word.text.n);
		cleanup_free char *word = shell_word(text);

		if (s->items[i].state == ITEM_MISSING)
			buf_printf(&missing, " %s", word);
	}
	return err_detail(err, "to fix", "pyvern install%s", buf_text(&missing));
}

static int
unusable(const struct choice *choice, enum err_code code, struct err *err)
{
	const struct selection *s = &choice->selection;
	cleanup_free char *asker = choice_asker(choice, 0);
	bool has_item = s->count > 0;

	if (!has_item && s->line)
		err_set(err, code, "%s:%u cannot be used: %s", s->place, s->line, s->unusable);
	else
		err_set(err, code, "%s cannot be used: %s", has_item ? asker : s->place,
			has_item && s->items[0].why ? s->items[0].why : s->unusable);
	if (s->source == SOURCE_VARIABLE)
		return err_detail(err, "to fix", "unset %s", s->place);
	return err_detail(err, "to fix", "%spyvern %s VERSION",
			  s->source == SOURCE_PROJECT ? "mend it, or " : "",
			  s->source == SOURCE_GLOBAL ? "global" : "local");
}

static bool
is_range(struct str text)
{
	struct request request;

	return request_parse(text, &request, NULL) && request.kind == REQUEST_RANGE;
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
		err_set(err, ERR_NO_COMMAND, "%s %s%s here, and none of them is installed", command,
			is_python ? "is " : "comes from ", buf_text(&missing));
	} else {
		struct str text = s->items[item].word.text;
		const char *verb = is_python ? "must be" : "comes from a Python";

		if (is_range(text))
			err_set(err, ERR_NO_COMMAND,
				"%s %s %.*s here, and no such version is installed", command, verb,
				STR_ARG(text));
		else
			err_set(err, ERR_NO_COMMAND, "%s %s%.*s here, and %.*s is not installed",
				command, is_python ? "is " : "comes from ", STR_ARG(text),
				STR_ARG(text));
	}
	return explain_missing(choice, item, err);
}

void
choice_versions_with(const struct choice *choice, const char *command, unsigned flags,
		     struct strvec *ret_names)
{
	cleanup_store struct store store = STORE_INIT;
	cleanup_entries struct entries entries = { 0 };
	cleanup_err struct err ignored = { 0 };

	flags |= STORE_LIST_ENVS;
	flags |= choice->input.policy->lists_linked_envs ? STORE_LIST_LINKED_ENVS : 0;
	if (!path_component_ok(str_from(command)) ||
	    store_open(choice->layout, &store, &ignored) < 0 || store.versions.fd < 0 ||
	    store_list(&store, flags, &entries, &ignored) < 0)
		return;
	for (size_t i = 0; i < entries.count; i++) {
		cleanup_free char *path = path_join(entries.items[i].name, "bin", command, NULL);

		if (fs_is_executable_at(&store.versions, path))
			strvec_add(ret_names, entries.items[i].name);
	}
}

/* What pyenv says of a command that is nowhere (facts/pyenv.md, which). */
static void
pyenv_not_found(const struct choice *choice, const char *command, const struct strvec *also_in,
		struct err *err)
{
	pyenv_missing(choice, err);
	err_pyenv(err, "pyenv: %s: command not found", command);
	if (also_in->count == 0)
		return;
	err_pyenv(err, "\nThe `%s' command exists in these Python versions:", command);
	for (size_t i = 0; i < also_in->count; i++)
		err_pyenv(err, "  %s", also_in->items[i]);
	err_pyenv(err, "\nNote: See 'pyenv help global' for tips on allowing multiple\n"
		       "      Python versions to be found at the same time.");
}

/* Many systems have python3 and no python. */
static void
name_system_python3(const struct choice *choice, const char *command, bool has_system,
		    struct err *err)
{
	char path[PATH_TEXT_MAX];

	if (has_system && strcmp(command, "python") == 0 &&
	    selection_find_in_path(&choice->input, "python3", path))
		err_detail(err, "there is", "python3, %s", path);
}

/* What makes COMMAND run: one of the versions that have it (OTHERS), or installing
 * what has it. */
static int
fix_missing_command(const struct choice *choice, const char *command, bool only_system,
		    const struct strvec *others, struct err *err)
{
	cleanup_free char *newest =
		others->count ? shell_word(others->items[others->count - 1]) : NULL;
	cleanup_free char *word = shell_word(command);
	bool is_python = strcmp(command, "python") == 0 || strcmp(command, "python3") == 0;

	if (is_python && only_system && newest)
		return err_detail(err, "to fix", "pyvern %s %s",
				  choice->selection.source == SOURCE_DEFAULT ? "global" : "use",
				  newest);
	if (is_python && only_system)
		return err_detail(err, "to fix", "pyvern use VERSION");
	if (newest)
		return err_detail(err, "to fix", "PYVERN_VERSION=%s %s", newest, word);
	if (only_system)
		return err_detail(err, "to fix", "install what has it, or pyvern use VERSION");
	return err_detail(err, "to fix", "pip install PACKAGE, the one that has %s", command);
}

static int
missing_command(const struct choice *choice, const char *command, const struct strvec *also_in,
		struct err *err)
{
	cleanup_free char *others = strvec_join(also_in, ", ");
	const struct selection *s = &choice->selection;
	cleanup_buf struct buf names = BUF_INIT(BUF_TEXT_MAX);
	bool has_system = false;

	if (s->has_venv)
		buf_printf(&names, "%s", s->venv);
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
	name_system_python3(choice, command, has_system, err);
	for (size_t i = 0; i < s->count; i++)
		if (s->items[i].state == ITEM_INSTALLED &&
		    choice_explain_gone(choice, str_from(s->items[i].name), err))
			return -1;
	if (also_in->count)
		err_detail(err, "is in", "%s", others);
	return fix_missing_command(choice, command, names.len == 0, also_in, err);
}

/* What every environment has: this one is broken, or was made without pip. */
static int
missing_in_venv(const struct selection *s, const char *command, struct err *err)
{
	cleanup_free char *python = path_join(s->venv, "bin/python", NULL);
	cleanup_free char *word = shell_word(s->venv);

	if (access(python, X_OK) == 0) {
		err_set(err, ERR_NO_COMMAND, "%s is not in %s, which is entered here", command,
			s->venv);
		return err_detail(err, "to fix", "python -m ensurepip, or python -m pip");
	}
	err_set(err, ERR_NO_COMMAND, "%s: %s is entered here, and is broken", command, s->venv);
	err_detail(err, "because", "its Python is gone");
	return err_detail(err, "to fix", "pyvern repair %s", word);
}

/* A command is a name, nothing else: ../x is never looked for. */
static int
no_command_name(const char *command, struct err *err)
{
	err_set(err, ERR_NO_COMMAND, "%s is no name of a command", *command ? command : "\"\"");
	return err_detail(err, "to fix", "pyvern which python");
}

static int
why_not_found(struct choice *choice, const char *command, const struct finding *found,
	      const struct strvec *also_in, struct err *err)
{
	const struct selection *s = &choice->selection;
	cleanup_buf struct buf pinned = BUF_INIT(BUF_TEXT_MAX);

	if (!path_component_ok(str_from(command)))
		return no_command_name(command, err);
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
	case MISSING_IN_VENV:
		return missing_in_venv(s, command, err);
	case MISSING_COMMAND:
	case FOUND_IN_VERSION:
	case FOUND_IN_VENV:
	case FOUND_IN_SYSTEM:
		break;
	}
	return missing_command(choice, command, also_in, err);
}

int
choice_error(struct choice *choice, const char *command, const struct finding *found, bool advice,
	     struct err *err)
{
	cleanup_strvec struct strvec also_in = { 0 };

	if (advice)
		choice_versions_with(choice, command, 0, &also_in);
	why_not_found(choice, command, found, &also_in, err);
	pyenv_not_found(choice, command, &also_in, err);
	return -1;
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
	if (count == 1 && is_range(s->items[first].word.text))
		err_set(err, ERR_NOT_INSTALLED, "no version that is installed is %s",
			buf_text(&missing));
	else
		err_set(err, ERR_NOT_INSTALLED, "%s %s not installed", buf_text(&missing),
			count == 1 ? "is" : "are");
	pyenv_missing(choice, err);
	return explain_missing(choice, first, err);
}

/* pyenv names each word that it drops. */
static void
pyenv_warn(const struct choice *choice, const struct events *events)
{
	const struct selection *s = &choice->selection;

	if (s->source == SOURCE_VARIABLE || s->source == SOURCE_DEFAULT)
		return;
	/* The pin's words: the items may have become `system` by now. */
	for (size_t i = 0; s->pin.status == PIN_READ && i < s->pin.count; i++)
		choice_word_ok(&choice->input, &s->pin, i, s->place, events);
}

bool
choice_word_ok(const struct selection_input *in, const struct pin *pin, size_t i, const char *place,
	       const struct events *events)
{
	const struct pin_word *word = &pin->words[i];
	char name[VERSION_NAME_MAX + 1];
	const char *why = NULL;

	if (!selection_may_show(in, pin->is_link, word->text)) {
		event_warning(
			events, NULL,
			"%s:%u is passed over: it is no version, in a file that a link leads to",
			place, word->line);
		return false;
	}
	if (selection_resolve_pinned(in, word->text, name, &why) != ITEM_INVALID)
		return true;
	if (in->policy->speaks_pyenv)
		event_warning(events, NULL, "invalid version `%.*s' ignored in `%s'",
			      STR_ARG(word->text), place);
	else
		event_warning(events, NULL, "%s:%u is passed over: %s", place, word->line, why);
	return false;
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
	if (choice->input.policy->speaks_pyenv) {
		pyenv_warn(choice, events);
		return;
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
