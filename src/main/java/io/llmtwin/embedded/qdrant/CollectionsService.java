package io.llmtwin.embedded.qdrant;

import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Collections.CollectionDescription;
import io.qdrant.client.grpc.Collections.CollectionExists;
import io.qdrant.client.grpc.Collections.CollectionExistsRequest;
import io.qdrant.client.grpc.Collections.CollectionExistsResponse;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionOperationResponse;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.DeleteCollection;
import io.qdrant.client.grpc.Collections.GetCollectionInfoRequest;
import io.qdrant.client.grpc.Collections.GetCollectionInfoResponse;
import io.qdrant.client.grpc.Collections.ListCollectionsRequest;
import io.qdrant.client.grpc.Collections.ListCollectionsResponse;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.qdrant.client.grpc.CollectionsGrpc.CollectionsImplBase;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.util.BytesRef;

/** Qdrant's service {@code Collections}: create, update, delete, list, exists and info. */
final class CollectionsService extends CollectionsImplBase {
    private final Catalogue catalogue;

    CollectionsService(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public void create(CreateCollection request, StreamObserver<CollectionOperationResponse> observer) {
        Reply.to(observer, reply -> {
            catalogue.create(CollectionSetup.of(request));
            return done(true, reply);
        });
    }

    @Override
    public void update(UpdateCollection request, StreamObserver<CollectionOperationResponse> observer) {
        Reply.to(observer, reply -> {
            catalogue
                    .get(request.getCollectionName())
                    .describe(descriptor -> CollectionSetup.updated(descriptor, request));
            return done(true, reply);
        });
    }

    @Override
    public void delete(DeleteCollection request, StreamObserver<CollectionOperationResponse> observer) {
        Reply.to(observer, reply -> done(catalogue.delete(CollectionName.checked(request.getCollectionName())), reply));
    }

    @Override
    public void list(ListCollectionsRequest request, StreamObserver<ListCollectionsResponse> observer) {
        Reply.to(observer, reply -> {
            ListCollectionsResponse.Builder response = ListCollectionsResponse.newBuilder();
            for (String name : catalogue.names()) {
                response.addCollections(CollectionDescription.newBuilder().setName(name));
            }
            return response.setTime(reply.seconds()).build();
        });
    }

    @Override
    public void collectionExists(CollectionExistsRequest request, StreamObserver<CollectionExistsResponse> observer) {
        Reply.to(observer, reply -> {
            String name = CollectionName.checked(request.getCollectionName());
            return CollectionExistsResponse.newBuilder()
                    .setResult(CollectionExists.newBuilder().setExists(catalogue.find(name) != null))
                    .setTime(reply.seconds())
                    .build();
        });
    }

    @Override
    public void get(GetCollectionInfoRequest request, StreamObserver<GetCollectionInfoResponse> observer) {
        Reply.to(observer, reply -> {
            Collection collection = catalogue.get(request.getCollectionName());
            CollectionDescriptor descriptor = collection.descriptor();
            CollectionInfo info = collection.read(searcher -> counted(descriptor, searcher));
            return GetCollectionInfoResponse.newBuilder()
                    .setResult(info)
                    .setTime(reply.seconds())
                    .build();
        });
    }

    private static CollectionOperationResponse done(boolean result, Reply reply) {
        return CollectionOperationResponse.newBuilder()
                .setResult(result)
                .setTime(reply.seconds())
                .build();
    }

    private static CollectionInfo counted(CollectionDescriptor descriptor, IndexSearcher searcher) throws IOException {
        CollectionInfo described = descriptor.info();
        List<LeafReaderContext> segments = searcher.getIndexReader().leaves();
        long indexed = 0;
        for (VectorSpace space : descriptor.spaces().all()) {
            for (LeafReaderContext segment : segments) {
                indexed += indexed(space, segment.reader());
            }
        }
        CollectionInfo.Builder info = described.toBuilder()
                .setSegmentsCount(segments.size())
                .setPointsCount(searcher.getIndexReader().numDocs())
                .setIndexedVectorsCount(indexed);
        for (String field : described.getPayloadSchemaMap().keySet()) {
            var schema = described.getPayloadSchemaOrThrow(field);
            long points = pointsWith(field, schema.getDataType(), searcher);
            info.putPayloadSchema(field, schema.toBuilder().setPoints(points).build());
        }
        return info.build();
    }

    /** Vectors in a graph, or in postings. */
    private static long indexed(VectorSpace space, LeafReader segment) throws IOException {
        if (space instanceof SparseSpace sparse) {
            return segment.docFreq(sparse.anyTerm());
        }
        FloatVectorValues vectors = segment.getFloatVectorValues(space.field());
        return vectors != null && SegmentVectorsFormat.hasGraph(segment, space.field()) ? vectors.size() : 0;
    }

    /** Points with a value of {@code type} under {@code field}. */
    private static long pointsWith(String field, PayloadSchemaType type, IndexSearcher searcher) throws IOException {
        List<PayloadTerms.Type> types =
                switch (type) {
                    case Keyword, Text, Uuid -> List.of(PayloadTerms.Type.STRING, PayloadTerms.Type.LONG_STRING);
                    case Integer -> List.of(PayloadTerms.Type.INTEGER);
                    case Float -> List.of(PayloadTerms.Type.NUMBER);
                    case Bool -> List.of(PayloadTerms.Type.BOOLEAN);
                    default -> List.of();
                };
        BooleanQuery.Builder any = new BooleanQuery.Builder();
        for (PayloadTerms.Type wanted : types) {
            BytesRef prefix = PayloadTerms.prefix(PayloadPath.parse(field), wanted);
            if (prefix != null) {
                any.add(new PrefixQuery(new Term(PayloadTerms.FIELD, prefix)), Occur.SHOULD);
            }
        }
        return searcher.count(any.build());
    }
}
