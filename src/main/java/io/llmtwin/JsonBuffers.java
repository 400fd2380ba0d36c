package io.llmtwin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import org.springframework.boot.autoconfigure.jackson.Jackson2ObjectMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Where Jackson keeps its buffers between two texts. */
@Configuration
class JsonBuffers {

    /** In a pool: by default each thread keeps its own, and each open stream has a thread. */
    @Bean
    Jackson2ObjectMapperBuilderCustomizer sharedBetweenThreads() {
        return builder -> builder.factory(JsonFactory.builder()
                .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
                .build());
    }
}
