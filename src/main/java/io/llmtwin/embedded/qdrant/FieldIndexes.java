package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Collections.PayloadIndexParams.IndexParamsCase;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.FieldType;

/**
 * Declared payload indexes. Every key is found through {@link PayloadTerms} already, so declaring one only changes what
 * the collection says of itself, and how texts match: by token once their field has a text index.
 */
final class FieldIndexes {
    private FieldIndexes() {}

    /** Returns {@code field} if it is a path. */
    static String checkedField(String field) {
        if (field.isEmpty()) {
            throw Refusal.outOfBounds("field_name", "value \"\" invalid, must be at least 1 characters");
        }
        PayloadPath.parse(field);
        return field;
    }

    /** What {@code request} declares. */
    static PayloadSchemaInfo of(CreateFieldIndexCollection request) {
        if (!request.hasFieldType()) {
            throw Refusal.invalid("cannot convert field_type");
        }
        PayloadIndexParams params = request.getFieldIndexParams();
        IndexParamsCase given = params.getIndexParamsCase();
        if (given != IndexParamsCase.INDEXPARAMS_NOT_SET && given != params(request.getFieldType())) {
            String type = request.getFieldType().name().substring("FieldType".length());
            throw Refusal.invalid("field_type (" + type + ") and field_index_params do not match");
        }
        PayloadSchemaInfo.Builder schema = PayloadSchemaInfo.newBuilder().setDataType(type(request.getFieldType()));
        if (given != IndexParamsCase.INDEXPARAMS_NOT_SET) {
            schema.setParams(params);
        }
        if (request.getFieldType() == FieldType.FieldTypeText) {
            new TextTokenizer(params.getTextIndexParams());
        }
        return schema.build();
    }

    private static IndexParamsCase params(FieldType type) {
        return switch (type) {
            case FieldTypeKeyword -> IndexParamsCase.KEYWORD_INDEX_PARAMS;
            case FieldTypeInteger -> IndexParamsCase.INTEGER_INDEX_PARAMS;
            case FieldTypeFloat -> IndexParamsCase.FLOAT_INDEX_PARAMS;
            case FieldTypeGeo -> IndexParamsCase.GEO_INDEX_PARAMS;
            case FieldTypeText -> IndexParamsCase.TEXT_INDEX_PARAMS;
            case FieldTypeBool -> IndexParamsCase.BOOL_INDEX_PARAMS;
            case FieldTypeDatetime -> IndexParamsCase.DATETIME_INDEX_PARAMS;
            case FieldTypeUuid -> IndexParamsCase.UUID_INDEX_PARAMS;
            case UNRECOGNIZED -> throw Refusal.invalid("cannot convert field_type");
        };
    }

    private static PayloadSchemaType type(FieldType type) {
        return switch (type) {
            case FieldTypeKeyword -> PayloadSchemaType.Keyword;
            case FieldTypeInteger -> PayloadSchemaType.Integer;
            case FieldTypeFloat -> PayloadSchemaType.Float;
            case FieldTypeGeo -> PayloadSchemaType.Geo;
            case FieldTypeText -> PayloadSchemaType.Text;
            case FieldTypeBool -> PayloadSchemaType.Bool;
            case FieldTypeDatetime -> PayloadSchemaType.Datetime;
            case FieldTypeUuid -> PayloadSchemaType.Uuid;
            case UNRECOGNIZED -> throw Refusal.invalid("cannot convert field_type");
        };
    }
}
