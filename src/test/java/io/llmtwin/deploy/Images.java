package io.llmtwin.deploy;

/** Names of container images. */
final class Images {
    /** A name and a tag that has at least a major and a minor version, so that an image does not change by itself. */
    static final String OF_ONE_VERSION = "[a-z0-9./-]+:v?\\d+\\.\\d+[A-Za-z0-9._-]*";

    private Images() {}
}
