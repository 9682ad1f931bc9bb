/* SPDX-License-Identifier: MIT */
/* What settings and environment say about downloads. */
#include <config.h>

#include "supply/fetch.h"

#include "supply/hosts.h"

/* Where apt keeps its configuration on every system that has it. */
#define APT_DIR "/etc/apt"

static const char *
text_or_null(const char *text)
{
	return text && *text ? text : NULL;
}

void
fetch_options_init(const struct layout *layout, const struct config *config,
		   struct fetch_options *ret)
{
	const char *skip = text_or_null(getenv("PYTHON_BUILD_SKIP_MIRROR"));

	*ret = (struct fetch_options){
		.layout = layout,
		.mirrors = {
			.mirrors = config_get(config, "mirror", NULL),
			.digest_mirror = skip ? NULL : getenv("PYTHON_BUILD_MIRROR_URL"),
			.builds_mirror = text_or_null(getenv("UV_PYTHON_INSTALL_MIRROR")),
			.pypy_mirror = text_or_null(getenv("UV_PYPY_INSTALL_MIRROR")),
			.apt_dir = APT_DIR,
		},
		.cache = text_or_null(config_get(config, "cache", NULL)),
		.http.ca_file = text_or_null(config_get(config, "ca_file", NULL)),
	};
	hosts_gate(config, &ret->http);
}
