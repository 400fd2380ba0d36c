package io.llmtwin.pipeline;

import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.engine.DefaultResourceLoader;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@code prompts/…} in a route mean the revision's own file, whatever lies on disk by then. Beside those there are
 * the application's resources; the machine's files and the network are no place to load from.
 */
final class OwnResources extends DefaultResourceLoader {
    private static final String CLASSPATH = "classpath:";

    private final UnaryOperator<@Nullable String> files;

    /**
     * The resources of a revision.
     *
     * @param files the text of one of the revision's own files by its path, or null where it has none
     */
    OwnResources(CamelContext context, UnaryOperator<@Nullable String> files) {
        super(context);
        this.files = files;
    }

    @Override
    public Resource resolveResource(String uri) {
        String content = files.apply(uri);
        if (content != null) {
            return ResourceHelper.fromString(uri, content);
        }
        if (uri.startsWith(CLASSPATH)) {
            return super.resolveResource(uri);
        }
        if (uri.contains(":")) {
            throw new IllegalArgumentException("a pipeline loads nothing but its own files and `classpath:`");
        }
        return super.resolveResource(CLASSPATH + uri);
    }
}
