/* SPDX-License-Identifier: MIT */
/* From an installer script: run into the stage, its prefix replaced. */
#include <config.h>

#include "base/path.h"
#include "supply/install_internal.h"
#include "supply/installer.h"

/* Bytes on disk for each byte of the script: the payload, what it unpacks to, and for a
 * while a copy of both. */
#define INSTALLED_BYTES_PER_BYTE 8

static int
run(struct install_work *w, struct build_log *log, struct err *err)
{
	cleanup_prefix_report struct prefix_report report = { 0 };
	cleanup_free char *tree = NULL;
	struct installer_spec spec = { .script = &w->archive,
				       .work = &w->stage.work,
				       .final_path = w->stage.final_path,
				       .env = &w->settings.env,
				       .subject = w->name,
				       .log = log,
				       .events = w->options->events };

	if (installer_run(&spec, &tree, &report, err) < 0 ||
	    store_stage_tree(&w->stage, tree, err) < 0)
		return -1;
	return facts_derive(&w->stage.tree, &w->facts, err);
}

static int
finish(struct install_work *w, struct install_result *result, struct build_log *log,
       struct err *err)
{
	struct install_turns *turns = w->options->turns;
	int status;

	if (install_turn_take(turns, TURN_FINISH, w->options->events, w->name, err) < 0)
		return -1;
	status = run(w, log, err);
	if (status == 0)
		status = install_complete(w, result, err);
	install_turn_give(turns, TURN_FINISH);
	return status;
}

int
install_from_installer(struct install_work *w, struct install_result *result, struct err *err)
{
	struct build_log log;
	int status;
	bool failed;

	if (install_check_space(w, w->candidate->artifacts.items[0].size * INSTALLED_BYTES_PER_BYTE,
				err) < 0)
		return install_fail(w, err);
	if (install_fetch(w, NULL, err) < 0)
		return -1;
	if (build_log_open(&w->store.root, w->name, &log, err) < 0)
		return install_fail(w, err);
	status = finish(w, result, &log, err);
	/* An interrupt is no failure that somebody would look into. */
	failed = status < 0 && err->code == ERR_FAILED;
	if (failed)
		(void)build_log_show(&log, err);
	result->kept_log = build_log_close(&log, w->options->keep || failed);
	return status < 0 ? install_fail(w, err) : 0;
}
