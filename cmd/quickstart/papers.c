/* The asset's papers: a repository, an asset, a document, a commit. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd/quickstart/story.h"

#define ASSET "villa-7"

static const char deed[] =
	"TITLE DEED (SPECIMEN)\n"
	"\n"
	"House at Rua do Exemplo 7, Cascais; register 1234/20240115.\n"
	"Owner: Example Villa SPV, Lda.  Encumbrances: none.\n"
	"\n"
	"Made up by `plume quickstart`; there is no such villa.\n";

/* Whoever has no git identity yet is not stopped here. */
static void borrow_identity(void)
{
	(void)setenv("PLUME_AUTHOR_NAME", "plume quickstart", 0);
	(void)setenv("PLUME_AUTHOR_EMAIL", "quickstart@localhost", 0);
}

static enum pl_rc add_deed(struct pl_story *s, struct pl_err *e)
{
	const char *file = "title-deed.txt";
	const struct pl_json *row;

	PL_TRY(pl_file_write(file, pl_span_str(deed), 0644, e));
	PL_STORY_RUN(s, &row, e, "asset", "add-document", ASSET, file, "--kind",
		     "title-deed");
	pl_story_did(s, "a title deed, SHA-256 %.16s",
		     pl_story_text(s, row, "sha256"));
	return PL_OK;
}

enum pl_rc pl_story_papers(struct pl_story *s, struct pl_err *e)
{
	const struct pl_json *row;

	PL_TRY(pl_story_part(
		s, "The asset's papers, versioned in git",
		"An asset is a JSON file, checked against the schema of its "
		"class, and documents\nbeside it.  They live in an ordinary "
		"git repository.",
		e));
	borrow_identity();
	PL_STORY_RUN(s, &row, e, "asset", "init", s->dir);
	pl_story_did(s, "a repository in %s", s->dir);
	if (chdir(s->dir))
		return pl_fail(e, PL_EIO, "cannot enter %s: %s", s->dir,
			       strerror(errno));
	pl_say(s->c, "      cd %s", s->dir);
	PL_STORY_RUN(s, &row, e, "asset", "new", ASSET, "--template",
		     "real-estate");
	pl_story_did(s, "asset " ASSET " from the template real-estate");
	PL_TRY(add_deed(s, e));
	PL_STORY_RUN(s, &row, e, "asset", "check", ASSET);
	pl_story_did(s, "schema, digests, sizes and form are right");
	PL_STORY_RUN(s, &row, e, "asset", "commit", ASSET, "-m",
		     "Villa 7: first papers");
	pl_story_did(s, "commit %.12s, Merkle root %.18s",
		     pl_story_text(s, row, "commit"),
		     pl_story_text(s, row, "root"));
	return PL_OK;
}
