package io.llmtwin.ingest;

import org.jspecify.annotations.Nullable;

/**
 * What is said of a corpus's files, which can't say it themselves.
 *
 * @param name name of the corpus
 * @param author who wrote what names no other author
 * @param docsPlatform platform of articles and posts
 * @param codePlatform platform of source code
 * @param repository name of the one repository that all of {@code src/} is, whatever the kind of file; null: each top
 *     folder is a repository
 */
record CorpusLabels(
        String name,
        String author,
        @Nullable String docsPlatform,
        @Nullable String codePlatform,
        @Nullable String repository) {}
