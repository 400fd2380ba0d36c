package io.llmtwin.pipeline.check;

import com.github.mustachejava.DefaultMustacheFactory;
import com.github.mustachejava.DefaultMustacheVisitor;
import com.github.mustachejava.Mustache;
import com.github.mustachejava.MustacheException;
import com.github.mustachejava.MustacheVisitor;
import com.github.mustachejava.TemplateContext;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/** Reads a template with Mustache's own parser, for its tags and not for what it says. Includes are not followed. */
final class TemplateTags extends DefaultMustacheFactory {
    /** Far more than prompts have; each level is a call within a call, here and whenever the template is filled. */
    private static final int DEEPEST = 100;

    private int open;
    private final IdentityHashMap<Mustache, List<Tag>> read = new IdentityHashMap<>();

    /**
     * A tag.
     *
     * @param kind what it does
     * @param name what stands in it, such as {@code variables.query}
     * @param line counted from 1
     * @param inside the tags of a section
     */
    record Tag(Kind kind, String name, int line, List<Tag> inside) {}

    /** What a tag does. */
    enum Kind {
        VALUE,
        SECTION,
        INVERTED,
        PARTIAL
    }

    private TemplateTags() {}

    /**
     * The tags of {@code template}, from top to bottom.
     *
     * @throws MustacheException if it is no template
     */
    static List<Tag> of(String path, String template) {
        TemplateTags tags = new TemplateTags();
        return tags.read.getOrDefault(tags.compile(new StringReader(template), path), List.of());
    }

    @Override
    public Reader getReader(String name) {
        return new StringReader("");
    }

    @Override
    public MustacheVisitor createMustacheVisitor() {
        if (++open > DEEPEST) {
            throw new MustacheException("sections are nested deeper than " + DEEPEST);
        }
        return new TagVisitor();
    }

    private final class TagVisitor extends DefaultMustacheVisitor {
        private final List<Tag> tags = new ArrayList<>();

        TagVisitor() {
            super(TemplateTags.this);
        }

        @Override
        public Mustache mustache(TemplateContext context) {
            Mustache mustache = super.mustache(context);
            read.put(mustache, tags);
            open--;
            return mustache;
        }

        @Override
        public void value(TemplateContext context, String name, boolean encoded) {
            add(Kind.VALUE, context, name, List.of());
        }

        @Override
        public void iterable(TemplateContext context, String name, Mustache section) {
            add(Kind.SECTION, context, name, read.getOrDefault(section, List.of()));
        }

        @Override
        public void notIterable(TemplateContext context, String name, Mustache section) {
            add(Kind.INVERTED, context, name, read.getOrDefault(section, List.of()));
        }

        @Override
        public void partial(TemplateContext context, String name, String indent) {
            add(Kind.PARTIAL, context, name, List.of());
        }

        private void add(Kind kind, TemplateContext context, String name, List<Tag> inside) {
            tags.add(new Tag(kind, name.strip(), context.line(), inside));
        }
    }
}
