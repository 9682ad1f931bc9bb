/* SPDX-License-Identifier: MIT */
/* pyvern explain: which program a command is here, and why. */
#include <config.h>

#include <string.h>

#include "cmd/command.h"
#include "core/choice.h"

/* The record of the looks, kept until they are shown: a look borrows. */
struct kept_look {
	enum selection_source source;
	enum look_state state;
	char *place;
	const char *why; /* static */
	struct strvec requests;
	unsigned lines[PIN_WORDS_MAX];
	bool is_link;
};

/* A request of a look, and what it stands for. */
struct answer {
	const char *request; /* NULL: may not be shown */
	const char *found;   /* NULL: nothing */
	const char *why;     /* nothing: why */
	char name[VERSION_NAME_MAX + 1];
};

struct record {
	struct kept_look *looks;
	size_t count;
};

static void
record_reset(struct record *record)
{
	for (size_t i = 0; i < record->count; i++) {
		free(record->looks[i].place);
		strvec_reset(&record->looks[i].requests);
	}
	free(record->looks);
}
#define cleanup_record cleanup_with(record_reset)

static void
keep(void *ctx, const struct look *look)
{
	struct record *record = ctx;
	struct kept_look *kept;

	record->looks = vec_grow(record->looks, record->count, sizeof(*record->looks));
	kept = &record->looks[record->count++];
	*kept = (struct kept_look){ .source = look->source,
				    .state = look->state,
				    .place = mem_strdup(look->place),
				    .why = look->why,
				    .is_link = look->is_link };
	for (size_t i = 0; i < look->count; i++) {
		strvec_add_str(&kept->requests, look->words[i].text);
		kept->lines[i] = look->words[i].line;
	}
}

static void
resolve(const struct choice *choice, const struct kept_look *look, size_t i, struct answer *ret)
{
	struct str text = str_from(look->requests.items[i]);
	bool is_shown = selection_may_show(&choice->input, look->is_link, text);

	ret->request = is_shown ? text.p : NULL;
	ret->found = NULL;
	switch (selection_resolve_text(&choice->input, text, ret->name, &ret->why)) {
	case ITEM_SYSTEM:
		ret->found = "system";
		break;
	case ITEM_INSTALLED:
		ret->found = ret->name;
		break;
	case ITEM_MISSING:
		ret->why = is_shown ? "not installed" : "no version";
		break;
	case ITEM_INVALID:
	case ITEM_OPEN:
		ret->request = NULL;
		break;
	}
}

/* "3.12 -> 3.12.11, 3.11 (not installed)" */
static void
add_requests(struct buf *b, const struct choice *choice, const struct kept_look *look)
{
	unsigned unusable = 0;

	for (size_t i = 0; i < look->requests.count; i++) {
		struct answer answer;

		resolve(choice, look, i, &answer);
		if (!answer.request && unusable++ > 0)
			continue;
		if (b->len)
			buf_add_text(b, ", ");
		if (!answer.request && look->lines[i])
			buf_printf(b, "line %u (%s)", look->lines[i], answer.why);
		else if (!answer.request)
			buf_printf(b, "unusable (%s)", answer.why);
		else if (!answer.found)
			buf_printf(b, "%s (%s)", answer.request, answer.why);
		else if (strcmp(answer.found, answer.request) != 0)
			buf_printf(b, "%s -> %s", answer.request, answer.found);
		else
			buf_add_text(b, answer.request);
	}
	if (unusable > 1)
		buf_printf(b, ", %u more like it", unusable - 1);
}

/* Is a look worth a line? Folders without a pin are not. */
static bool
is_shown(const struct kept_look *look)
{
	if (look->source == SOURCE_FILE || look->source == SOURCE_PROJECT)
		return look->state != LOOK_ABSENT;
	/* One of the two variables' lines is enough when neither is set. */
	return look->state != LOOK_ABSENT || strcmp(look->place, "PYVERN_VERSION") != 0;
}

static void
describe(struct buf *b, const struct choice *choice, const struct kept_look *look)
{
	switch (look->state) {
	case LOOK_ABSENT:
		buf_add_text(b, look->source == SOURCE_FILE ? "none" : "not set");
		return;
	case LOOK_PASSED_OVER:
		buf_printf(b, "passed over: %s", look->why);
		return;
	case LOOK_CHOSEN:
	case LOOK_NOT_REACHED:
		break;
	}
	if (look->source == SOURCE_DEFAULT)
		buf_add_text(b, "PATH without shims");
	else
		add_requests(b, choice, look);
	if (look->why)
		buf_printf(b, "%scannot be used: %s", b->len ? ", " : "", look->why);
	if (look->state == LOOK_NOT_REACHED)
		buf_add_text(b, ", not reached");
}

static void
add_row(struct out_table *table, const struct choice *choice, const struct kept_look *look)
{
	cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);
	cleanup_free char *place = layout_show(choice->layout, look->place);
	cleanup_free char *label = NULL;

	if (look->source == SOURCE_GLOBAL)
		label = mem_strdup("  global");
	else if (look->source == SOURCE_DEFAULT)
		label = mem_strdup("  system");
	else
		label = mem_printf("  %s", place);
	describe(&text, choice, look);
	out_table_row(table, (const char *[]){ label, buf_text(&text),
					       look->state == LOOK_CHOSEN ? "<- this one" : "" });
}

static void
print(const struct context *ctx, const struct choice *choice, const char *command,
      const struct finding *found, const struct record *record)
{
	static const char *const no_file[] = { ("  " PINFILE_NAME), "none here or above", "" };
	struct out_table *table = out_table_new(3);
	cleanup_free char *path = layout_show(choice->layout, found->path);
	cleanup_free char *safe_path = out_safe(path);
	cleanup_free char *safe_command = out_safe(command);
	bool has_file = false;

	if (!choice_is_found(found))
		out_data(ctx->out, "%s  ->  nothing\n", safe_command);
	else
		out_data(ctx->out, "%s  ->  %s   %s\n", safe_command, safe_path,
			 found->kind == FOUND_IN_VERSION ? found->name : "system");
	for (size_t i = 0; i < record->count; i++) {
		const struct kept_look *look = &record->looks[i];

		has_file |= look->source == SOURCE_FILE && look->state != LOOK_ABSENT;
		if (look->source == SOURCE_GLOBAL && !has_file)
			out_table_row(table, no_file);
		if (is_shown(look))
			add_row(table, choice, look);
	}
	out_table_print(ctx->out, table);
	if (found->kind == FOUND_IN_VERSION && found->item == choice->selection.count)
		out_data(ctx->out, "  %s is not among them: its name chose %s\n", safe_command,
			 found->name);
}

static void
json_look(const struct context *ctx, const struct choice *choice, const struct kept_look *look)
{
	static const char *const sources[] = { "variable", "file", "project", "global", "default" };
	static const char *const states[] = { "absent", "passed-over", "chosen", "not-reached" };

	out_json_object(ctx->out, NULL);
	out_json_text(ctx->out, "source", sources[look->source]);
	out_json_text(ctx->out, "place", look->place);
	out_json_text(ctx->out, "state", states[look->state]);
	out_json_text(ctx->out, "why", look->why);
	out_json_array(ctx->out, "requests");
	for (size_t i = 0; i < look->requests.count; i++) {
		struct answer answer;

		resolve(choice, look, i, &answer);
		out_json_object(ctx->out, NULL);
		out_json_text(ctx->out, "request", answer.request);
		out_json_number(ctx->out, "line", look->lines[i]);
		out_json_text(ctx->out, "name", answer.found);
		out_json_text(ctx->out, "why", answer.found ? NULL : answer.why);
		out_json_close(ctx->out);
	}
	out_json_close(ctx->out);
	out_json_close(ctx->out);
}

static void
print_json(const struct context *ctx, const struct choice *choice, const char *command,
	   const struct finding *found, const struct record *record, const char *why)
{
	bool is_found = choice_is_found(found);

	out_json_begin(ctx->out, 1);
	out_json_text(ctx->out, "command", command);
	out_json_text(ctx->out, "path", is_found ? found->path : NULL);
	out_json_text(ctx->out, "version",
		      found->kind == FOUND_IN_VERSION ? found->name
		      : is_found		      ? "system"
						      : NULL);
	out_json_text(ctx->out, "why", why);
	out_json_array(ctx->out, "looks");
	for (size_t i = 0; i < record->count; i++)
		json_look(ctx, choice, &record->looks[i]);
	out_json_close(ctx->out);
	out_json_end(ctx->out);
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	const char *command = args->count ? args->items[0] : "python";
	cleanup_record struct record record = { 0 };
	const struct selection_recorder recorder = { keep, &record };
	cleanup_choice struct choice choice = CHOICE_INIT;
	struct finding found;

	if (args->count > 1)
		return err_set(err, ERR_USAGE, "explain: one command at a time, please");
	choice_make(ctx->layout, ctx->policy, &recorder, &choice);
	selection_find(&choice.selection, command, &found);
	if (!choice_is_found(&found))
		choice_error(&choice, command, &found, true, err);
	if (options_has(ctx->options, "json"))
		print_json(ctx, &choice, command, &found, &record, err->message);
	else
		print(ctx, &choice, command, &found, &record);
	if (choice_is_found(&found))
		return 0;
	/* The answer is "no": that is 1, and not a shim's 127. */
	*ret_status = 1;
	out_error(ctx->out, err);
	err_reset(err);
	return 0;
}

static const struct option_spec options[] = {
	{ .name = "json", .help = "as JSON" },
	{ 0 },
};

const struct command command_explain = {
	.name = "explain",
	.summary = "Tell which program a command is here, and why",
	.usage = "[COMMAND]",
	.operands = { { OPERAND_EXECUTABLE } },
	.options = options,
	.help = "Shows every place that was asked for a version, in order, and what it said.\n"
		"COMMAND is python when it is left out. Ends with 1 when there is none.",
	.run = run,
};
