package io.llmtwin.pipeline.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.mustachejava.MustacheException;
import org.junit.jupiter.api.Test;

class TemplateTagsTest {
    @Test
    void of_sectionsNestedTooDeep_isNoTemplate() {
        assertThatThrownBy(() -> TemplateTags.of("x.mustache", "{{#a}}".repeat(20_000)))
                .isInstanceOf(MustacheException.class)
                .hasMessageContaining("nested deeper");
    }

    @Test
    void of_manySectionsBesideEachOther_areRead() {
        assertThat(TemplateTags.of("x.mustache", "{{#a}}{{b}}{{/a}}".repeat(1_000)))
                .hasSize(1_000);
    }
}
