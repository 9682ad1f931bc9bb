/* SPDX-License-Identifier: MIT */
/* Does a pinned version agree with what the project says that it requires? */
#include <config.h>

#include "core/choice.h"

#include <string.h>

/* Larger than any patch number so far; a number that a name does not say can be any
 * of them. */
#define PATCHES 100

/* The Python that V is, whatever its implementation, variant and environment, as
 * numbers of CPython; false when its name does not say. */
static bool
language_of(const struct version *v, struct version *ret)
{
	struct version plain = { .family = STR_LIT("cpython"),
				 .name = v->base.n ? v->base : v->name,
				 .stage = v->stage,
				 .stage_number = v->stage_number,
				 .release_parts = v->language_parts };

	for (unsigned i = 0; i < v->language_parts; i++)
		plain.release[i] = v->language[i];
	*ret = plain;
	return v->language_parts >= 2;
}

static bool
allows(const struct request *request, const struct version *v)
{
	if (request->kind == REQUEST_RANGE)
		return specifier_allows(request->range, v, true);
	/* "3.11", which some write for 3.11.*. */
	for (unsigned i = 0; i < request->want.release_parts; i++)
		if (i >= v->release_parts || request->want.release[i] != v->release[i])
			return false;
	return true;
}

enum verdict
choice_verdict(struct str required, const char *name)
{
	struct request request;
	struct version named;
	struct version v;

	if (!request_parse(required, &request, NULL) || !version_parse(str_from(name), &named) ||
	    !language_of(&named, &v))
		return VERDICT_UNKNOWN;
	if (v.release_parts > 2)
		return allows(&request, &v) ? VERDICT_AGREES : VERDICT_CONTRADICTS;
	v.release_parts = 3;
	for (v.release[2] = 0; v.release[2] < PATCHES; v.release[2]++)
		if (allows(&request, &v))
			return VERDICT_AGREES;
	return VERDICT_CONTRADICTS;
}

void
choice_warn_of_project(const struct choice *choice, struct str word, const char *asker,
		       const struct events *events)
{
	char name[VERSION_NAME_MAX + 1];
	struct selection project;
	enum item_state state = selection_resolve_text(&choice->input, word, name, NULL);
	const struct pin_word *required;

	if (state != ITEM_INSTALLED && state != ITEM_MISSING)
		return;
	/* What is not installed has only the name that asks for it. */
	if (state == ITEM_MISSING && word.n < sizeof(name)) {
		memcpy(name, word.p, word.n);
		name[word.n] = '\0';
	}
	if (!selection_find_project(&choice->input, &project) || project.pin.status != PIN_READ)
		return;
	required = &project.pin.words[0];
	if (choice_verdict(required->text, name) != VERDICT_CONTRADICTS)
		return;
	event_warning(events, NULL, "%s asks for %s, and %s:%u requires Python %.*s", asker, name,
		      project.pin_path, required->line, STR_ARG(required->text));
}

void
choice_warn_of_pin(const struct choice *choice, const struct events *events)
{
	const struct selection *s = &choice->selection;
	size_t i = 0;

	/* A variable is an explicit wish of the moment, and the global file is not
	 * asked where a project asks. */
	if (s->source != SOURCE_FILE)
		return;
	while (i < s->count && s->items[i].state == ITEM_INVALID)
		i++;
	if (i < s->count) {
		cleanup_free char *asker = choice_asker(choice, i);

		choice_warn_of_project(choice, s->items[i].word.text, asker, events);
	}
}
