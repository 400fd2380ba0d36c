package io.llmtwin.ingest;

import io.qdrant.client.PointIdFactory;
import io.qdrant.client.grpc.Points.PointStruct;
import java.util.List;
import org.apache.camel.EndpointInject;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Configuration;

@CamelSpringBootTest
@MockEndpointsAndSkip("qdrant:.*")
@SpringBootTest(
        classes = UpsertPointsRouteTest.RoutesAlone.class,
        webEnvironment = WebEnvironment.NONE,
        properties = {
            "camel.main.routes-include-pattern=classpath:routes/ingest/*.camel.yaml",
            "management.endpoint.health.group.readiness.include=readinessState"
        })
class UpsertPointsRouteTest {
    @Autowired
    private ProducerTemplate template;

    @EndpointInject("mock:qdrant:vector_posts")
    private MockEndpoint posts;

    @Test
    void batch_withItsCollection_goesThereAsAnUpsert() throws Exception {
        List<PointStruct> batch =
                List.of(PointStruct.newBuilder().setId(PointIdFactory.id(1)).build());
        posts.expectedBodiesReceived(List.of(batch));
        posts.expectedHeaderReceived("CamelQdrantAction", "UPSERT");
        template.send("direct:upsert-points", exchange -> {
            exchange.setVariable("collection", "vector_posts");
            exchange.getMessage().setBody(batch);
        });
        posts.assertIsSatisfied();
    }

    @Configuration
    @EnableAutoConfiguration
    static class RoutesAlone {}
}
