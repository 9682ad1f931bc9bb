/* SPDX-License-Identifier: MIT */
/* Where the bytes of a version came from, and what vouches for them. */
#include <config.h>

#include "core/provenance.h"

#include <stdlib.h>

void
provenance_reset(struct provenance *p)
{
	free(p->url);
	free(p->sha256);
	free(p->source);
	*p = (struct provenance){ 0 };
}

const char *
provenance_kind_name(enum provenance_kind kind)
{
	switch (kind) {
	case PROVENANCE_PINNED_DIGEST:
		return "pinned-digest";
	case PROVENANCE_USER_DIGEST:
		return "user-digest";
	case PROVENANCE_USER_FILE:
		return "user-file";
	case PROVENANCE_COMMIT:
		return "commit";
	case PROVENANCE_NONE:
		break;
	}
	return "none";
}
