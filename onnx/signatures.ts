// Written by onnx/fixtures/signatures.py from the schemas of onnx 1.23.1; read by onnx/ops.ts. Not edited by hand.

export const standardOps = `
Abs 6-26 1 1
Acos 7-26 1 1
Acosh 9-26 1 1
Add 7-26 2 1
AffineGrid 20-26 2 1 align_corners:i
And 7-26 2 1
ArgMax 1-11 1 1 axis:i keepdims:i
ArgMax 12-26 1 1 axis:i keepdims:i select_last_index:i
ArgMin 1-11 1 1 axis:i keepdims:i
ArgMin 12-26 1 1 axis:i keepdims:i select_last_index:i
Asin 7-26 1 1
Asinh 9-26 1 1
Atan 7-26 1 1
Atanh 9-26 1 1
Attention 23-23 3-6 1-4 is_causal:i kv_num_heads:i q_num_heads:i qk_matmul_output_mode:i scale:f softcap:f softmax_precision:i
Attention 24-24 3-7 1-4 is_causal:i kv_num_heads:i q_num_heads:i qk_matmul_output_mode:i scale:f softcap:f softmax_precision:i
Attention 25-26 3-7 1-4 is_causal:i kv_num_heads:i left_window_size:i q_num_heads:i qk_matmul_output_mode:i right_window_size:i scale:f softcap:f softmax_precision:i
AveragePool 7-9 1 1 auto_pad:s count_include_pad:i kernel_shape:I! pads:I strides:I
AveragePool 10-18 1 1 auto_pad:s ceil_mode:i count_include_pad:i kernel_shape:I! pads:I strides:I
AveragePool 19-26 1 1 auto_pad:s ceil_mode:i count_include_pad:i dilations:I kernel_shape:I! pads:I strides:I
BatchNormalization 7-8 5 1-5 epsilon:f momentum:f spatial:i
BatchNormalization 9-13 5 1-5 epsilon:f momentum:f
BatchNormalization 14-26 5 1-3 epsilon:f momentum:f training_mode:i
Bernoulli 15-26 1 1 dtype:i seed:f
BitShift 11-26 2 1 direction:s!
BitwiseAnd 18-26 2 1
BitwiseNot 18-26 1 1
BitwiseOr 18-26 2 1
BitwiseXor 18-26 2 1
Cast 6-18 1 1 to:i!
Cast 19-23 1 1 saturate:i to:i!
Cast 24-26 1 1 round_mode:s saturate:i to:i!
CastLike 15-18 2 1
CastLike 19-23 2 1 saturate:i
CastLike 24-26 2 1 round_mode:s saturate:i
Ceil 6-26 1 1
Celu 12-26 1 1 alpha:f
CenterCropPad 18-26 2 1 axes:I
Clip 6-10 1 1 max:f min:f
Clip 11-26 1-3 1
Col2Im 18-26 3 1 dilations:I pads:I strides:I
Compress 9-26 2 1 axis:i
Concat 4-26 1-* 1 axis:i!
Constant 1-10 0 1 value:t!
Constant 11-11 0 1 value:t
Constant 12-26 0 1 value:t value_float:f value_floats:F value_int:i value_ints:I
ConstantOfShape 9-26 1 1 value:t
Conv 1-26 2-3 1 auto_pad:s dilations:I group:i kernel_shape:I pads:I strides:I
ConvInteger 10-26 2-4 1 auto_pad:s dilations:I group:i kernel_shape:I pads:I strides:I
ConvTranspose 1-26 2-3 1 auto_pad:s dilations:I group:i kernel_shape:I output_padding:I output_shape:I pads:I strides:I
Cos 7-26 1 1
Cosh 9-26 1 1
CumProd 26-26 2 1 exclusive:i reverse:i
CumSum 11-26 2 1 exclusive:i reverse:i
DeformConv 19-26 3-5 1 dilations:I group:i kernel_shape:I offset_group:i pads:I strides:I
DepthToSpace 1-10 1 1 blocksize:i!
DepthToSpace 11-26 1 1 blocksize:i! mode:s
DequantizeLinear 10-12 2-3 1
DequantizeLinear 13-20 2-3 1 axis:i
DequantizeLinear 21-22 2-3 1 axis:i block_size:i
DequantizeLinear 23-26 2-3 1 axis:i block_size:i output_dtype:i
Det 11-26 1 1
Div 7-26 2 1
Dropout 7-11 1 1-2 ratio:f
Dropout 12-26 1-3 1-2 seed:i
DynamicQuantizeLinear 11-26 1 3
Einsum 12-26 1-* 1 equation:s!
Elu 6-26 1 1 alpha:f
Equal 7-26 2 1
Erf 9-26 1 1
Exp 6-26 1 1
Expand 8-26 2 1
EyeLike 9-26 1 1 dtype:i k:i
Flatten 1-26 1 1 axis:i
Floor 6-26 1 1
GRU 7-13 3-6 0-2 activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i linear_before_reset:i
GRU 14-26 3-6 0-2 activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i layout:i linear_before_reset:i
Gather 1-26 2 1 axis:i
GatherElements 11-26 2 1 axis:i
GatherND 11-11 2 1
GatherND 12-26 2 1 batch_dims:i
Gelu 20-26 1 1 approximate:s
Gemm 7-10 3 1 alpha:f beta:f transA:i transB:i
Gemm 11-26 2-3 1 alpha:f beta:f transA:i transB:i
GlobalAveragePool 1-26 1 1
GlobalLpPool 2-26 1 1 p:i
GlobalMaxPool 1-26 1 1
Greater 7-26 2 1
GreaterOrEqual 12-26 2 1
GridSample 16-26 2 1 align_corners:i mode:s padding_mode:s
GroupNormalization 21-26 3 1 epsilon:f num_groups:i! stash_type:i
HardSigmoid 6-26 1 1 alpha:f beta:f
HardSwish 14-26 1 1
Hardmax 1-26 1 1 axis:i
Identity 1-26 1 1
InstanceNormalization 6-26 3 1 epsilon:f
IsInf 10-26 1 1 detect_negative:i detect_positive:i
IsNaN 9-26 1 1
LRN 1-26 1 1 alpha:f beta:f bias:f size:i!
LSTM 7-13 3-8 0-3 activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i input_forget:i
LSTM 14-26 3-8 0-3 activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i input_forget:i layout:i
LayerNormalization 17-26 2-3 1-3 axis:i epsilon:f stash_type:i
LeakyRelu 6-26 1 1 alpha:f
Less 7-26 2 1
LessOrEqual 12-26 2 1
Log 6-26 1 1
LogSoftmax 1-26 1 1 axis:i
LpNormalization 1-26 1 1 axis:i p:i
LpPool 2-17 1 1 auto_pad:s kernel_shape:I! p:i pads:I strides:I
LpPool 18-26 1 1 auto_pad:s ceil_mode:i dilations:I kernel_shape:I! p:i pads:I strides:I
MatMul 1-26 2 1
MatMulInteger 10-26 2-4 1
Max 6-26 1-* 1
MaxPool 1-7 1 1 auto_pad:s kernel_shape:I! pads:I strides:I
MaxPool 8-9 1 1-2 auto_pad:s kernel_shape:I! pads:I storage_order:i strides:I
MaxPool 10-26 1 1-2 auto_pad:s ceil_mode:i dilations:I kernel_shape:I! pads:I storage_order:i strides:I
MaxUnpool 9-26 2-3 1 kernel_shape:I! pads:I strides:I
Mean 6-26 1-* 1
MeanVarianceNormalization 9-26 1 1 axes:I
Min 6-26 1-* 1
Mish 18-26 1 1
Mod 10-26 2 1 fmod:i
Mul 7-26 2 1
Neg 6-26 1 1
NonZero 9-26 1 1
Not 1-26 1 1
OneHot 9-26 3 1 axis:i
Or 7-26 2 1
PRelu 7-26 2 1
Pad 2-10 1 1 mode:s pads:I! value:f
Pad 11-17 2-3 1 mode:s
Pad 18-26 2-4 1 mode:s
Pow 7-26 2 1
QLinearConv 10-26 8-9 1 auto_pad:s dilations:I group:i kernel_shape:I pads:I strides:I
QLinearMatMul 10-26 8 1
QuantizeLinear 10-12 2-3 1
QuantizeLinear 13-18 2-3 1 axis:i
QuantizeLinear 19-20 2-3 1 axis:i saturate:i
QuantizeLinear 21-22 2-3 1 axis:i block_size:i output_dtype:i saturate:i
QuantizeLinear 23-26 2-3 1 axis:i block_size:i output_dtype:i precision:i saturate:i
RMSNormalization 23-26 2 1 axis:i epsilon:f stash_type:i
RNN 7-13 3-6 0-2 activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i
RNN 14-26 3-6 0-2 activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i layout:i
RandomNormal 1-26 0 1 dtype:i mean:f scale:f seed:f shape:I!
RandomNormalLike 1-26 1 1 dtype:i mean:f scale:f seed:f
RandomUniform 1-26 0 1 dtype:i high:f low:f seed:f shape:I!
RandomUniformLike 1-26 1 1 dtype:i high:f low:f seed:f
Range 11-26 3 1
Reciprocal 6-26 1 1
ReduceL1 1-17 1 1 axes:I keepdims:i
ReduceL1 18-26 1-2 1 keepdims:i noop_with_empty_axes:i
ReduceL2 1-17 1 1 axes:I keepdims:i
ReduceL2 18-26 1-2 1 keepdims:i noop_with_empty_axes:i
ReduceLogSum 1-17 1 1 axes:I keepdims:i
ReduceLogSum 18-26 1-2 1 keepdims:i noop_with_empty_axes:i
ReduceLogSumExp 1-17 1 1 axes:I keepdims:i
ReduceLogSumExp 18-26 1-2 1 keepdims:i noop_with_empty_axes:i
ReduceMax 1-17 1 1 axes:I keepdims:i
ReduceMax 18-26 1-2 1 keepdims:i noop_with_empty_axes:i
ReduceMean 1-17 1 1 axes:I keepdims:i
ReduceMean 18-26 1-2 1 keepdims:i noop_with_empty_axes:i
ReduceMin 1-17 1 1 axes:I keepdims:i
ReduceMin 18-26 1-2 1 keepdims:i noop_with_empty_axes:i
ReduceProd 1-17 1 1 axes:I keepdims:i
ReduceProd 18-26 1-2 1 keepdims:i noop_with_empty_axes:i
ReduceSum 1-12 1 1 axes:I keepdims:i
ReduceSum 13-26 1-2 1 keepdims:i noop_with_empty_axes:i
ReduceSumSquare 1-17 1 1 axes:I keepdims:i
ReduceSumSquare 18-26 1-2 1 keepdims:i noop_with_empty_axes:i
Relu 6-26 1 1
Reshape 5-13 2 1
Reshape 14-26 2 1 allowzero:i
Resize 10-10 2 1 mode:s
Resize 11-12 3-4 1 coordinate_transformation_mode:s cubic_coeff_a:f exclude_outside:i extrapolation_value:f mode:s nearest_mode:s
Resize 13-17 1-4 1 coordinate_transformation_mode:s cubic_coeff_a:f exclude_outside:i extrapolation_value:f mode:s nearest_mode:s
Resize 18-26 1-4 1 antialias:i axes:I coordinate_transformation_mode:s cubic_coeff_a:f exclude_outside:i extrapolation_value:f keep_aspect_ratio_policy:s mode:s nearest_mode:s
ReverseSequence 10-26 2 1 batch_axis:i time_axis:i
RoiAlign 10-15 3 1 mode:s output_height:i output_width:i sampling_ratio:i spatial_scale:f
RoiAlign 16-26 3 1 coordinate_transformation_mode:s mode:s output_height:i output_width:i sampling_ratio:i spatial_scale:f
RotaryEmbedding 23-26 3-4 1 interleaved:i num_heads:i rotary_embedding_dim:i
Round 11-26 1 1
Scatter 9-10 3 1 axis:i
ScatterElements 11-15 3 1 axis:i
ScatterElements 16-26 3 1 axis:i reduction:s
ScatterND 11-15 3 1
ScatterND 16-26 3 1 reduction:s
Selu 6-26 1 1 alpha:f gamma:f
Shape 1-14 1 1
Shape 15-26 1 1 end:i start:i
Shrink 9-26 1 1 bias:f lambd:f
Sigmoid 6-26 1 1
Sign 9-26 1 1
Sin 7-26 1 1
Sinh 9-26 1 1
Size 1-26 1 1
Slice 1-9 1 1 axes:I ends:I! starts:I!
Slice 10-26 3-5 1
Softmax 1-26 1 1 axis:i
Softplus 1-26 1 1
Softsign 1-26 1 1
SpaceToDepth 1-26 1 1 blocksize:i!
Split 2-12 1 1-* axis:i split:I
Split 13-17 1-2 1-* axis:i
Split 18-26 1-2 1-* axis:i num_outputs:i
Sqrt 6-26 1 1
Squeeze 1-12 1 1 axes:I
Squeeze 13-26 1-2 1
Sub 7-26 2 1
Sum 6-26 1-* 1
Swish 24-26 1 1 alpha:f
Tan 7-26 1 1
Tanh 6-26 1 1
ThresholdedRelu 10-26 1 1 alpha:f
Tile 6-26 2 1
TopK 1-9 1 2 axis:i k:i!
TopK 10-10 2 2 axis:i
TopK 11-26 2 2 axis:i largest:i sorted:i
Transpose 1-26 1 1 perm:I
Trilu 14-26 1-2 1 upper:i
Unique 11-26 1 1-4 axis:i sorted:i
Unsqueeze 1-12 1 1 axes:I!
Unsqueeze 13-26 2 1
Upsample 7-8 1 1 mode:s scales:F!
Upsample 9-9 2 1 mode:s
Where 9-26 3 1
Xor 7-26 2 1
`;
export const mlOps = `
ArrayFeatureExtractor 1-5 2 1
Binarizer 1-5 1 1 threshold:f
FeatureVectorizer 1-5 1-* 1 inputdimensions:I
Imputer 1-5 1 1 imputed_value_floats:F imputed_value_int64s:I replaced_value_float:f replaced_value_int64:i
LabelEncoder 1-1 1 1 classes_strings:S default_int64:i default_string:s
LabelEncoder 2-3 1 1 default_float:f default_int64:i default_string:s keys_floats:F keys_int64s:I keys_strings:S values_floats:F values_int64s:I values_strings:S
LabelEncoder 4-5 1 1 default_float:f default_int64:i default_string:s default_tensor:t keys_floats:F keys_int64s:I keys_strings:S keys_tensor:t values_floats:F values_int64s:I values_strings:S values_tensor:t
LinearClassifier 1-5 1 2 classlabels_ints:I classlabels_strings:S coefficients:F! intercepts:F multi_class:i post_transform:s
LinearRegressor 1-5 1 1 coefficients:F intercepts:F post_transform:s targets:i
Normalizer 1-5 1 1 norm:s
OneHotEncoder 1-5 1 1 cats_int64s:I cats_strings:S zeros:i
SVMClassifier 1-5 1 2 classlabels_ints:I classlabels_strings:S coefficients:F kernel_params:F kernel_type:s post_transform:s prob_a:F prob_b:F rho:F support_vectors:F vectors_per_class:I
SVMRegressor 1-5 1 1 coefficients:F kernel_params:F kernel_type:s n_supports:i one_class:i post_transform:s rho:F support_vectors:F
Scaler 1-5 1 1 offset:F scale:F
TreeEnsemble 5-5 1 1 aggregate_function:i leaf_targetids:I! leaf_weights:t! membership_values:t n_targets:i nodes_falseleafs:I! nodes_falsenodeids:I! nodes_featureids:I! nodes_hitrates:t nodes_missing_value_tracks_true:I nodes_modes:t! nodes_splits:t! nodes_trueleafs:I! nodes_truenodeids:I! post_transform:i tree_roots:I!
TreeEnsembleClassifier 1-2 1 2 base_values:F class_ids:I class_nodeids:I class_treeids:I class_weights:F classlabels_int64s:I classlabels_strings:S nodes_falsenodeids:I nodes_featureids:I nodes_hitrates:F nodes_missing_value_tracks_true:I nodes_modes:S nodes_nodeids:I nodes_treeids:I nodes_truenodeids:I nodes_values:F post_transform:s
TreeEnsembleClassifier 3-4 1 2 base_values:F base_values_as_tensor:t class_ids:I class_nodeids:I class_treeids:I class_weights:F class_weights_as_tensor:t classlabels_int64s:I classlabels_strings:S nodes_falsenodeids:I nodes_featureids:I nodes_hitrates:F nodes_hitrates_as_tensor:t nodes_missing_value_tracks_true:I nodes_modes:S nodes_nodeids:I nodes_treeids:I nodes_truenodeids:I nodes_values:F nodes_values_as_tensor:t post_transform:s
TreeEnsembleRegressor 1-2 1 1 aggregate_function:s base_values:F n_targets:i nodes_falsenodeids:I nodes_featureids:I nodes_hitrates:F nodes_missing_value_tracks_true:I nodes_modes:S nodes_nodeids:I nodes_treeids:I nodes_truenodeids:I nodes_values:F post_transform:s target_ids:I target_nodeids:I target_treeids:I target_weights:F
TreeEnsembleRegressor 3-4 1 1 aggregate_function:s base_values:F base_values_as_tensor:t n_targets:i nodes_falsenodeids:I nodes_featureids:I nodes_hitrates:F nodes_hitrates_as_tensor:t nodes_missing_value_tracks_true:I nodes_modes:S nodes_nodeids:I nodes_treeids:I nodes_truenodeids:I nodes_values:F nodes_values_as_tensor:t post_transform:s target_ids:I target_nodeids:I target_treeids:I target_weights:F target_weights_as_tensor:t
ZipMap 1-5 1 1 classlabels_int64s:I classlabels_strings:S
`;
