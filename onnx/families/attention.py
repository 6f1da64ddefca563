"""Vision transformers: with a class token (Dosovitskiy et al., 2021) and with shifted windows (Liu et al., 2021)."""

import torch
from convolutional import CLASSES
from torch import nn
from torch.nn import functional as F


class Mlp(nn.Sequential):
    def __init__(self, width):
        super().__init__(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))


class Encoder(nn.Module):
    """One block, its attention by nn.MultiheadAttention, as torchvision has it."""

    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.attend = nn.LayerNorm(width), nn.MultiheadAttention(width, heads, batch_first=True)
        self.norm2, self.mlp = nn.LayerNorm(width), Mlp(width)

    def forward(self, x):
        y = self.norm1(x)
        x = x + self.attend(y, y, y, need_weights=False)[0]
        return x + self.mlp(self.norm2(x))


class QkvEncoder(nn.Module):
    """One block, its attention by one linear layer and scaled_dot_product_attention, as timm has it."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.qkv, self.proj = heads, nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.norm1, self.norm2, self.mlp = nn.LayerNorm(width), nn.LayerNorm(width), Mlp(width)

    def forward(self, x):
        n, tokens, width = x.shape
        qkv = self.qkv(self.norm1(x)).reshape(n, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(*qkv.unbind(0))
        x = x + self.proj(attended.transpose(1, 2).reshape(n, tokens, width))
        return x + self.mlp(self.norm2(x))


class VisionTransformer(nn.Module):
    """Patches of 4 x 4 of a 16 x 16 image; answers from a class token, or from the mean token."""

    def __init__(self, block, token, width=16, heads=2):
        super().__init__()
        self.patch = nn.Conv2d(3, width, 4, 4)
        self.token = nn.Parameter(torch.randn(1, 1, width)) if token else None
        self.position = nn.Parameter(0.3 * torch.randn(1, 17 if token else 16, width))
        self.blocks, self.norm = nn.Sequential(block(width, heads), block(width, heads)), nn.LayerNorm(width)
        self.head = nn.Linear(width, CLASSES)

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2)
        if self.token is not None:
            x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1)
        x = self.norm(self.blocks(x + self.position))
        return self.head(x.mean(1) if self.token is None else x[:, 0])


def vit():
    return VisionTransformer(Encoder, token=True)


def vit_qkv():
    return VisionTransformer(QkvEncoder, token=False)


class WindowAttention(nn.Module):
    """Attention inside windows of [N, H, W, C], rolled by `shift`; a mask parts what only the roll brought together."""

    def __init__(self, width, heads, window, shift):
        super().__init__()
        self.heads, self.window, self.shift = heads, window, shift
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.bias = nn.Parameter(0.3 * torch.randn((2 * window - 1) ** 2, heads))
        at = torch.stack(torch.meshgrid(torch.arange(window), torch.arange(window), indexing="ij")).flatten(1)
        apart = (at[:, :, None] - at[:, None, :] + window - 1).permute(1, 2, 0)
        self.register_buffer("index", (apart[..., 0] * (2 * window - 1) + apart[..., 1]).flatten())

    def forward(self, x):
        n, h, w, c = x.shape
        size, area = self.window, self.window**2
        padded = F.pad(x, (0, 0, 0, -w % size, 0, -h % size))
        _, high, wide, _ = padded.shape
        if self.shift:
            padded = torch.roll(padded, (-self.shift, -self.shift), (1, 2))
        windows = (high // size) * (wide // size)
        y = padded.view(n, high // size, size, wide // size, size, c).permute(0, 1, 3, 2, 4, 5)
        y = self.attend(y.reshape(n * windows, area, c), self.mask(x, high, wide), windows)
        y = y.view(n, high // size, wide // size, size, size, c).permute(0, 1, 3, 2, 4, 5).reshape(n, high, wide, c)
        if self.shift:
            y = torch.roll(y, (self.shift, self.shift), (1, 2))
        return y[:, :h, :w].contiguous()

    def attend(self, x, mask, windows):
        many, area, c = x.shape
        qkv = self.qkv(x).reshape(many, area, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0] * (c // self.heads) ** -0.5, qkv[1], qkv[2]
        bias = self.bias[self.index].view(area, area, -1).permute(2, 0, 1).contiguous().unsqueeze(0)
        scores = q @ k.transpose(-2, -1) + bias
        if mask is not None:
            scores = scores.view(many // windows, windows, self.heads, area, area) + mask.unsqueeze(1).unsqueeze(0)
            scores = scores.view(many, self.heads, area, area)
        return self.proj((F.softmax(scores, dim=-1) @ v).transpose(1, 2).reshape(many, area, c))

    def mask(self, x, high, wide):
        """[windows, area, area]: -100 between places that were no neighbours. Made while running, as in torchvision."""
        if not self.shift:
            return None
        size, area = self.window, self.window**2
        regions = x.new_zeros((high, wide))
        cuts = ((0, -size), (-size, -self.shift), (-self.shift, None))
        for i, rows in enumerate(cuts):
            for j, columns in enumerate(cuts):
                regions[rows[0] : rows[1], columns[0] : columns[1]] = 3 * i + j
        regions = regions.view(high // size, size, wide // size, size).permute(0, 2, 1, 3).reshape(-1, area)
        apart = regions.unsqueeze(1) - regions.unsqueeze(2)
        return apart.masked_fill(apart != 0, -100.0).masked_fill(apart == 0, 0.0)


class SwinBlock(nn.Module):
    def __init__(self, width, heads, window, shift):
        super().__init__()
        self.norm1, self.attend = nn.LayerNorm(width), WindowAttention(width, heads, window, shift)
        self.norm2, self.mlp = nn.LayerNorm(width), Mlp(width)

    def forward(self, x):
        x = x + self.attend(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Merge(nn.Module):
    """Four neighbours' channels side by side, then half as many."""

    def __init__(self, width):
        super().__init__()
        self.norm, self.reduce = nn.LayerNorm(4 * width), nn.Linear(4 * width, 2 * width, bias=False)

    def forward(self, x):
        corners = [x[..., i::2, j::2, :] for j in (0, 1) for i in (0, 1)]
        return self.reduce(self.norm(torch.cat(corners, -1)))


class Swin(nn.Module):
    """Patches of 2 x 2 of a 16 x 16 image; windows of 3, so that 8 x 8 tokens are padded; 4 x 4 after merging."""

    def __init__(self, width=8):
        super().__init__()
        self.patch, self.norm = nn.Conv2d(3, width, 2, 2), nn.LayerNorm(width)
        self.blocks = nn.Sequential(SwinBlock(width, 2, 3, 0), SwinBlock(width, 2, 3, 1), Merge(width))
        self.last, self.final = SwinBlock(2 * width, 2, 4, 0), nn.LayerNorm(2 * width)
        self.head = nn.Linear(2 * width, CLASSES)

    def forward(self, x):
        x = self.norm(self.patch(x).permute(0, 2, 3, 1))
        x = self.final(self.last(self.blocks(x))).permute(0, 3, 1, 2)
        return self.head(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1))
