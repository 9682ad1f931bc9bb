/* SPDX-License-Identifier: MIT */
/* Which hosts the rules let be asked. */
#include <config.h>

#include "supply/hosts.h"

#include "io/url.h"

static int
check(const void *ctx, struct str host, struct err *err)
{
	const struct rules *rules;
	struct rules_line line;

	if (config_rules(ctx, &rules, err) < 0)
		return -1;
	if (rules_host(rules, host, &line))
		return 0;
	(void)err_set(err, ERR_RULE, "%.*s is not asked: %s:%u allows other hosts only",
		      STR_ARG(host), line.path, line.number);
	return err_detail(err, "to fix",
			  "a mirror on a host that it allows: pyvern config set mirror URL");
}

void
hosts_gate(const struct config *config, struct http_options *options)
{
	options->gate = check;
	options->gate_ctx = config;
}

int
hosts_check_url(const struct config *config, const char *url, struct err *err)
{
	if (*url == '/' || url_has_scheme(url, "file"))
		return 0;
	return check(config, url_host(url), err);
}

bool
hosts_are_limited(const struct config *config)
{
	const struct rules *rules;
	cleanup_err struct err unknown = { 0 };

	return config_rules(config, &rules, &unknown) < 0 || rules_has_hosts(rules);
}
